//! `GetRoleCredentials`: credentials of a role, for a token of IAM Identity Center.

use aws_sdk_sso::Client;

use super::{services, shapes};
use crate::model::parameters::Parameters;
use crate::model::send::{Call, Send, Sending, outcome};
use crate::model::{Member, Operation, Shape};

pub(crate) static CALL: Call = Call { operation: &OPERATION, send: Send::Sso(send) };

static OPERATION: Operation = Operation {
    input: &[
        Member::required("roleName", &shapes::TEXT),
        Member::required("accountId", &shapes::TEXT),
        Member::required("accessToken", &shapes::SECRET),
    ],
    output: &[Member::required("roleCredentials", &ROLE_CREDENTIALS)],
    ..Operation::new("GetRoleCredentials", &services::SSO)
};

static ROLE_CREDENTIALS: Shape = Shape::Structure(&[
    Member::required("accessKeyId", &shapes::TEXT),
    Member::required("secretAccessKey", &shapes::SECRET),
    Member::required("sessionToken", &shapes::SECRET),
    Member::required("expiration", &shapes::NUMBER),
]);

/// The most bytes of a name in the URL, where each takes three at most: the SDK panics with a URL of more than 64 KiB.
const LONGEST_NAME: usize = 10_000;

fn send<'a>(client: &'a Client, parameters: &'a Parameters) -> Sending<'a> {
    let [role_name, account_id] = ["roleName", "accountId"].map(|member| parameters.string(member));
    let names = [&role_name, &account_id].into_iter().flatten();
    let is_too_long = names.map(String::len).any(|length| length > LONGEST_NAME);
    let call = client
        .get_role_credentials()
        .set_role_name(role_name)
        .set_account_id(account_id)
        .set_access_token(parameters.string("accessToken"));
    Box::pin(async move {
        if is_too_long {
            return Err("the name of the role or of the account is too long".into());
        }
        outcome(call.send().await)
    })
}
