//! What the error codes of KMS about custom key stores mean, and what helps: the one place for hints, pages, states and plans.
//!
//! Sources: the KMS service model (kms-2014-11-01) and the KMS Developer Guide, "Troubleshooting" of both types of store.

use crate::syntax::shell_words::quoted;

/// A code, its meaning and its remedy.
#[derive(Debug)]
pub(crate) struct Remedy {
    pub(crate) code: &'static str,
    /// A sentence without its full stop and without the code, which stands before it with a colon.
    pub(crate) meaning: &'static str,
    /// What to do, in sentences.
    pub(crate) remedy: &'static str,
    /// The commands of `aws cks` that do it, each with `STORE` for the store. None where nothing here does.
    pub(crate) commands: &'static [&'static str],
}

impl Remedy {
    /// Meaning and remedy, in sentences.
    pub(crate) fn text(&self) -> String {
        let mut rest = self.meaning.chars();
        let first = rest.next().unwrap_or_default().to_uppercase();
        format!("{first}{}. {}", rest.as_str(), self.remedy)
    }

    /// The commands for a store, by its name or identifier, as they are typed; with these global options, each a word.
    pub(crate) fn lines(&self, store: &str, globals: &[String]) -> impl Iterator<Item = String> {
        let globals: String = globals.iter().map(|word| format!(" {}", quoted(word))).collect();
        let store = format!(" {}{globals}", quoted(store));
        self.commands.iter().map(move |command| match command.split_once(" STORE") {
            Some((task, options)) => format!("aws cks {task}{store}{options}"),
            None => format!("aws cks {command}{globals}"),
        })
    }
}

/// What is known about a `ConnectionErrorCode`.
pub(crate) fn of_connection_error(code: &str) -> Option<&'static Remedy> {
    CONNECTION_ERRORS.iter().find(|remedy| remedy.code == code)
}

/// The same, in words for one type of store: the code INVALID_CREDENTIALS is about different things in the two.
pub(crate) fn of_failed(code: &str, is_external: bool) -> Option<&'static Remedy> {
    match (code, is_external) {
        ("INVALID_CREDENTIALS", true) => Some(&INVALID_PROXY_CREDENTIAL),
        ("INVALID_CREDENTIALS", false) => Some(&INVALID_PASSWORD),
        _ => of_connection_error(code),
    }
}

/// What is known about an exception.
pub(crate) fn of_exception(code: &str) -> Option<&'static Remedy> {
    EXCEPTIONS.iter().find(|remedy| remedy.code == code)
}

const AGAIN: &[&str] = &["disconnect STORE", "connect STORE"];
const CHECK: &[&str] = &["check STORE"];
const CHECK_AND_AGAIN: &[&str] = &["check STORE", "disconnect STORE", "connect STORE"];
const CLUSTER: &[&str] = &["apply STORE --cloud-hsm-cluster-id CLUSTER --connect"];
const NEW_CREDENTIAL: &str = "apply STORE --xks-proxy-authentication-credential AccessKeyId=ID,RawSecretAccessKey@=prompt:// --connect";
const NEW_PASSWORD: &str = "apply STORE --key-store-password prompt:// --connect";
const CHANGED_PASSWORD: &[&str] = &["disconnect STORE", NEW_PASSWORD];
const STATUS: &[&str] = &["status STORE"];

/// The codes of a connection that FAILED (`ConnectionErrorCode`).
pub(crate) static CONNECTION_ERRORS: &[Remedy] = &[
    Remedy {
        code: "CLUSTER_NOT_FOUND",
        meaning: "KMS cannot find the CloudHSM cluster with this identifier",
        remedy: "If the cluster was deleted, restore it from a backup. Give KMS the identifier of the right cluster, and \
                 connect.",
        commands: CLUSTER,
    },
    Remedy {
        code: "INSUFFICIENT_CLOUDHSM_HSMS",
        meaning: "the CloudHSM cluster has no active HSM",
        remedy: "Create at least one HSM in the cluster (aws cloudhsmv2 create-hsm), then disconnect the store and connect \
                 it.",
        commands: AGAIN,
    },
    Remedy {
        code: "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET",
        meaning: "a private subnet of the CloudHSM cluster has no free IP address",
        remedy: "KMS needs one in each of the cluster's subnets; two are better. Free some, then disconnect and connect. Or \
                 give KMS a cluster in other subnets, made of the most recent backup.",
        commands: AGAIN,
    },
    Remedy {
        code: "INTERNAL_ERROR",
        meaning: "KMS could not complete the request because of an error of its own",
        remedy: "Disconnect the store and connect it again.",
        commands: AGAIN,
    },
    Remedy {
        code: "INVALID_CREDENTIALS",
        meaning: "KMS does not have the right kmsuser password, or one half of the proxy credential is wrong",
        remedy: "Give KMS the password of kmsuser, or the credential that the proxy knows, and connect. If the password is \
                 not known, set it in the cluster first (changePswd).",
        commands: &[NEW_PASSWORD, NEW_CREDENTIAL],
    },
    Remedy {
        code: "NETWORK_ERRORS",
        meaning: "network errors keep KMS from the store; they often pass",
        remedy: "Disconnect the store, wait some minutes, and connect it again.",
        commands: AGAIN,
    },
    Remedy {
        code: "SUBNET_NOT_FOUND",
        meaning: "a subnet of the CloudHSM cluster has been deleted",
        remedy: "Make a new cluster from the most recent backup, give KMS its identifier, and connect.",
        commands: CLUSTER,
    },
    Remedy {
        code: "USER_LOCKED_OUT",
        meaning: "too many logins of kmsuser have failed, so the CloudHSM cluster refuses the account",
        remedy: "Disconnect the store, set a new password of kmsuser in the cluster (changePswd), give it to KMS, and \
                 connect.",
        commands: CHANGED_PASSWORD,
    },
    Remedy {
        code: "USER_LOGGED_IN",
        meaning: "someone is logged in to the CloudHSM cluster as kmsuser, so KMS cannot log in",
        remedy: "Log kmsuser out of the cluster, then disconnect the store and connect it. If its password was changed, \
                 give the new one to KMS.",
        commands: CHANGED_PASSWORD,
    },
    Remedy {
        code: "USER_NOT_FOUND",
        meaning: "the CloudHSM cluster has no crypto user (CU) kmsuser, or not on all of its HSMs",
        remedy: "Disconnect the store, create kmsuser on all HSMs of the cluster, give its password to KMS, and connect.",
        commands: CHANGED_PASSWORD,
    },
    Remedy {
        code: "XKS_PROXY_ACCESS_DENIED",
        meaning: "the external key store proxy denies requests of KMS",
        remedy: "Change the proxy's authorization rules so that they allow this store's requests, then disconnect the store \
                 and connect it.",
        commands: CHECK_AND_AGAIN,
    },
    Remedy {
        code: "XKS_PROXY_INVALID_CONFIGURATION",
        meaning: "the external key store proxy is not configured for this store, usually because the URI path is wrong",
        remedy: "Compare the URI path with that of the proxy, give KMS the right one, and connect.",
        commands: &["check STORE", "apply STORE --xks-proxy-uri-path PATH --connect"],
    },
    Remedy {
        code: "XKS_PROXY_INVALID_RESPONSE",
        meaning: "KMS cannot read what the external key store proxy answers",
        remedy: "Check that endpoint and path lead to the proxy. If they do, tell its vendor. Then disconnect the store and \
                 connect it.",
        commands: CHECK_AND_AGAIN,
    },
    Remedy {
        code: "XKS_PROXY_INVALID_TLS_CONFIGURATION",
        meaning: "KMS does not accept the proxy's certificate: expired, another name, or an authority that KMS does not \
                  trust; or the proxy has neither TLS 1.2 nor 1.3",
        remedy: "Install a certificate for the endpoint's name from an authority in the proxy specification's list \
                 (TrustedCertificateAuthorities), then disconnect the store and connect it.",
        commands: CHECK_AND_AGAIN,
    },
    Remedy {
        code: "XKS_PROXY_NOT_REACHABLE",
        meaning: "KMS cannot reach the external key store proxy, or all of its key managers are UNAVAILABLE",
        remedy: "Check that the proxy is up, that endpoint and path are right, that port 443 is open, and that the key \
                 managers answer. Then disconnect the store and connect it.",
        commands: CHECK_AND_AGAIN,
    },
    Remedy {
        code: "XKS_PROXY_TIMED_OUT",
        meaning: "the external key store proxy does not answer within the 250 ms that KMS waits",
        remedy: "Find out what slows down the proxy, its key manager or the network between them and KMS. If it has passed, \
                 disconnect the store and connect it.",
        commands: CHECK_AND_AGAIN,
    },
    Remedy {
        code: "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION",
        meaning: "the VPC endpoint service does not meet the requirements of an external key store",
        remedy: "It needs a Network Load Balancer in two Availability Zones, cks.kms.REGION.amazonaws.com as an allowed \
                 principal, no acceptance of connections, and a verified private DNS name that is the endpoint's. Then \
                 disconnect and connect.",
        commands: AGAIN,
    },
    Remedy {
        code: "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND",
        meaning: "KMS cannot find the VPC endpoint service, or may not use it",
        remedy: "Check its name and Region, and that it allows the principal cks.kms.REGION.amazonaws.com. Give KMS the \
                 right name, and connect.",
        commands: &["apply STORE --xks-proxy-vpc-endpoint-service-name SERVICE --connect"],
    },
];

/// INVALID_CREDENTIALS of an external key store.
static INVALID_PROXY_CREDENTIAL: Remedy = Remedy {
    code: "INVALID_CREDENTIALS",
    meaning: "the external key store proxy does not accept the credential that KMS has",
    remedy: "Give KMS the credential that the proxy knows, both halves of it, and connect.",
    commands: &["check STORE", NEW_CREDENTIAL],
};

/// INVALID_CREDENTIALS of a CloudHSM key store.
static INVALID_PASSWORD: Remedy = Remedy {
    code: "INVALID_CREDENTIALS",
    meaning: "KMS does not have the password that kmsuser has in the CloudHSM cluster",
    remedy: "Give KMS the password, and connect. If it is not known, disconnect, set it in the cluster (changePswd), and \
             give it to KMS.",
    commands: &[NEW_PASSWORD],
};

/// The exceptions of KMS that operators meet.
pub(crate) static EXCEPTIONS: &[Remedy] = &[
    Remedy {
        code: "CloudHsmClusterInUseException",
        meaning: "another custom key store has this CloudHSM cluster, or one with the same backup history",
        remedy: "Take a cluster that no custom key store has.",
        commands: &["status"],
    },
    Remedy {
        code: "CloudHsmClusterInvalidConfigurationException",
        meaning: "the CloudHSM cluster does not meet the requirements of a custom key store",
        remedy: "It needs private subnets in two Availability Zones, its own security group with its rules, and two active \
                 HSMs in different zones (one to connect).",
        commands: &[],
    },
    Remedy {
        code: "CloudHsmClusterNotActiveException",
        meaning: "the CloudHSM cluster is not ACTIVE",
        remedy: "Initialize and activate the cluster, then try again.",
        commands: &[],
    },
    Remedy {
        code: "CloudHsmClusterNotFoundException",
        meaning: "there is no CloudHSM cluster with this identifier in the account and Region",
        remedy: "Compare it with aws cloudhsmv2 describe-clusters.",
        commands: &[],
    },
    Remedy {
        code: "CloudHsmClusterNotRelatedException",
        meaning: "the CloudHSM cluster has another cluster certificate than the present one, so it cannot have its keys",
        remedy: "Take a cluster with the same backup history: one that was made of a backup of the present one.",
        commands: STATUS,
    },
    Remedy {
        code: "CustomKeyStoreHasCMKsException",
        meaning: "the custom key store still has KMS keys",
        remedy: "Make sure that nothing needs them, schedule their deletion (aws kms schedule-key-deletion), and delete the \
                 store when they are gone. Or only disconnect it.",
        commands: &["keys STORE"],
    },
    Remedy {
        code: "CustomKeyStoreInvalidStateException",
        meaning: "KMS does not do this in the store's present state",
        remedy: "Most properties change only while a store is DISCONNECTED, and only then can it be connected or deleted. A \
                 FAILED store has to be disconnected first.",
        commands: STATUS,
    },
    Remedy {
        code: "CustomKeyStoreNameInUseException",
        meaning: "another custom key store of the account and Region has this name",
        remedy: "Take another name.",
        commands: &["status"],
    },
    Remedy {
        code: "CustomKeyStoreNotFoundException",
        meaning: "the account has no such custom key store in this Region",
        remedy: "Compare the identifier, the profile and the Region.",
        commands: &["status"],
    },
    Remedy {
        code: "IncorrectTrustAnchorException",
        meaning: "the trust anchor certificate is not the one of the CloudHSM cluster",
        remedy: "Give the file customerCA.crt with which the cluster was initialized.",
        commands: &[],
    },
    Remedy {
        code: "KMSInternalException",
        meaning: "KMS could not complete the request because of an error of its own",
        remedy: "See whether it has happened nevertheless; if not, try again.",
        commands: STATUS,
    },
    Remedy {
        code: "XksProxyIncorrectAuthenticationCredentialException",
        meaning: "the proxy does not accept the credential, or its clock is more than 5 minutes off",
        remedy: "Compare both halves of the credential with the proxy's.",
        commands: CHECK,
    },
    Remedy {
        code: "XksProxyInvalidConfigurationException",
        meaning: "the proxy is not configured for this store, usually because the URI path is wrong, or a value does not \
                  suit the store's connectivity",
        remedy: "Compare the URI path with that of the proxy.",
        commands: CHECK,
    },
    Remedy {
        code: "XksProxyInvalidResponseException",
        meaning: "KMS cannot read what the proxy answers",
        remedy: "Check that endpoint and path lead to the proxy. If they do, tell its vendor.",
        commands: CHECK,
    },
    Remedy {
        code: "XksProxyUriEndpointInUseException",
        meaning: "another external key store of this Region has this endpoint in a way that excludes a second one",
        remedy: "Stores may share an endpoint, with different paths, only if all of them reach it publicly.",
        commands: &["status"],
    },
    Remedy {
        code: "XksProxyUriInUseException",
        meaning: "another external key store of the account and Region has this endpoint with this path",
        remedy: "Take another endpoint or another path.",
        commands: &["status"],
    },
    Remedy {
        code: "XksProxyUriUnreachableException",
        meaning: "KMS cannot reach the proxy, not within 250 ms, not by TLS, or all of its key managers are UNAVAILABLE",
        remedy: "Check that the proxy is up, its endpoint, port 443, its certificate and its key managers.",
        commands: CHECK,
    },
    Remedy {
        code: "XksProxyVpcEndpointServiceInUseException",
        meaning: "another external key store has this VPC endpoint service",
        remedy: "Each store needs a service of its own.",
        commands: &["status"],
    },
    Remedy {
        code: "XksProxyVpcEndpointServiceInvalidConfigurationException",
        meaning: "the VPC endpoint service does not meet the requirements of an external key store",
        remedy: "It needs a Network Load Balancer in two Availability Zones, cks.kms.REGION.amazonaws.com as an allowed \
                 principal, no acceptance of connections, and a verified private DNS name that is the endpoint's.",
        commands: CHECK,
    },
    Remedy {
        code: "XksProxyVpcEndpointServiceNotFoundException",
        meaning: "KMS cannot find the VPC endpoint service, or may not use it",
        remedy: "Check its name and Region, and that it allows the principal cks.kms.REGION.amazonaws.com.",
        commands: CHECK,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::cks::Task;

    #[test]
    fn every_connection_error_code_of_kms_is_explained() {
        let known: Vec<&str> = CONNECTION_ERRORS.iter().map(|remedy| remedy.code).collect();
        let mut all = aws_sdk_kms::types::ConnectionErrorCodeType::values().to_vec();
        all.sort_unstable();
        assert_eq!(known, all);
        assert_eq!(known.len(), 18);
    }

    #[test]
    fn every_exception_about_custom_key_stores_is_explained() {
        let names = include_str!("kms-exceptions.txt").lines();
        let is_ours = |name: &&str| {
            ["CloudHsm", "CustomKeyStore", "XksProxy", "IncorrectTrust", "KMSInternal"]
                .iter()
                .any(|start| name.starts_with(start))
        };
        let explained: Vec<&str> = EXCEPTIONS.iter().map(|remedy| remedy.code).collect();
        assert_eq!(explained, names.filter(is_ours).collect::<Vec<_>>());
    }

    #[test]
    fn texts_are_short_sentences_and_commands_exist() {
        let all = CONNECTION_ERRORS.iter().chain(EXCEPTIONS);
        for Remedy { code, meaning, remedy, commands } in
            all.chain([&INVALID_PROXY_CREDENTIAL, &INVALID_PASSWORD])
        {
            for text in [meaning, remedy] {
                assert!((10..=300).contains(&text.len()), "{code}: {text}");
                assert!(!text.contains("  ") && !text.contains('\n'), "{code}: {text}");
            }
            assert!(!meaning.ends_with('.') && remedy.ends_with('.'), "{code}");
            for command in *commands {
                let mut words = command.split(' ');
                let level = words.next().and_then(Task::named).map(Task::level).expect("a command");
                assert!(matches!(words.next(), None | Some("STORE")), "{code}: {command}");
                let known =
                    |option: &str| level.get_arguments().any(|known| known.get_long() == Some(option));
                let mut options = words.filter_map(|word| word.strip_prefix("--"));
                assert!(options.all(known), "{code}: {command}");
            }
        }
    }

    #[test]
    fn commands_name_the_store_as_a_shell_needs_it() {
        let globals = ["--profile", "at work"].map(str::to_owned);
        let lines = |code| of_failed(code, false).unwrap().lines("it's mine", &globals).collect::<Vec<_>>();
        let [disconnect, connect] = &lines("INTERNAL_ERROR")[..] else { panic!() };
        assert_eq!(disconnect, r"aws cks disconnect 'it'\''s mine' --profile 'at work'");
        assert_eq!(connect, r"aws cks connect 'it'\''s mine' --profile 'at work'");
        let password =
            r"aws cks apply 'it'\''s mine' --profile 'at work' --key-store-password prompt:// --connect";
        assert_eq!(lines("INVALID_CREDENTIALS"), [password]);
    }
}
