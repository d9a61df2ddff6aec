use proptest::prelude::*;

use super::*;

fn shown_in(zone: &str, value: &Value) -> String {
    let environment: Environment = [("TZ", zone)].into_iter().collect();
    match Timestamps::new(TimestampFormat::Iso8601, &environment).show(value) {
        Ok(shown) => python::str(&shown),
        Err(error) => error.to_string().trim_end().to_owned(),
    }
}

fn shown(value: &Value) -> String {
    shown_in("UTC0", value)
}

fn text(text: &str) -> String {
    shown(&Value::string(text))
}

#[test]
fn a_moment_of_a_text_is_counted_from_1970_in_utc() {
    assert_eq!(microseconds("1970-01-01T00:00:01.5Z"), Ok(Some(1_500_000)));
    assert_eq!(microseconds("1970-01-01T02:00:00+02:00\n"), Ok(Some(0)));
    assert_eq!(microseconds("9999-12-31T23:59:59-23:59"), Ok(Some(253_402_387_139_000_000)));
    assert_eq!(microseconds("0001-01-01T00:00:00+23:59"), Ok(Some(-62_135_683_140_000_000)));
    assert_eq!(microseconds("1970-01-01 00:00:00"), Ok(None));
    assert_eq!(microseconds("garbage"), Err(Unreadable::Form));
}

#[test]
fn numbers_are_seconds_rounded_half_even_to_microseconds() {
    assert_eq!(shown(&Value::integer(1_700_000_000_i64)), "2023-11-14T22:13:20+00:00");
    assert_eq!(shown(&Value::Float(1_499_288_695.918)), "2017-07-05T21:04:55.918000+00:00");
    assert_eq!(shown(&Value::Float(-1.5)), "1969-12-31T23:59:58.500000+00:00");
    assert_eq!(shown(&Value::Float(5e-7)), "1970-01-01T00:00:00+00:00");
    assert_eq!(shown(&Value::Float(1.5e-6)), "1970-01-01T00:00:00.000002+00:00");
    assert_eq!(shown(&Value::Float(0.999_999_9)), "1970-01-01T00:00:01+00:00");
    assert_eq!(shown(&Value::Float(-5e-7)), "1970-01-01T00:00:00+00:00");
    assert_eq!(shown(&Value::Bool(true)), "1970-01-01T00:00:01+00:00");
}

#[test]
fn years_are_those_of_python() {
    let beyond = |value: &str| format!("Unable to calculate correct timezone offset for \"{value}\"");
    assert_eq!(shown(&Value::integer(253_402_200_000_i64)), "9999-12-30T20:00:00+00:00");
    assert_eq!(shown(&Value::integer(253_402_300_800_i64)), beyond("253402300800"));
    assert_eq!(shown(&Value::integer(1_700_000_000_123_i64)), beyond("1700000000123"));
    assert_eq!(shown(&Value::integer(-62_135_596_800_i64)), "0001-01-01T00:00:00+00:00");
    assert_eq!(shown(&Value::integer(-62_135_596_801_i64)), beyond("-62135596801"));
    assert_eq!(shown(&Value::Float(1e20)), beyond("1e+20"));
    assert_eq!(shown(&Value::Float(f64::INFINITY)), beyond("inf"));
    assert_eq!(shown(&Value::integer(i64::MAX)), beyond("9223372036854775807"));
    assert_eq!(shown(&Value::Float(f64::NAN)), beyond("nan"));
    assert_eq!(shown_in("JST-9", &Value::integer(253_402_300_799_i64)), beyond("253402300799"));
    assert_eq!(shown_in("EST5", &Value::integer(-62_135_596_800_i64)), beyond("-62135596800"));
}

#[test]
fn the_local_zone_is_a_file_a_rule_or_utc() {
    let winter = Value::integer(1_700_000_000_i64);
    let summer = Value::integer(1_690_000_000_i64);
    assert_eq!(shown_in("EST5EDT,M3.2.0,M11.1.0", &winter), "2023-11-14T17:13:20-05:00");
    assert_eq!(shown_in("EST5EDT,M3.2.0,M11.1.0", &summer), "2023-07-22T00:26:40-04:00");
    assert_eq!(shown_in("<+1245>-12:45", &winter), "2023-11-15T10:58:20+12:45");
    assert_eq!(shown_in("CET-1CEST", &winter), "2023-11-14T23:13:20+01:00");
    assert_eq!(shown_in("CET-1CEST", &summer), "2023-07-22T06:26:40+02:00");
    // The rule is that of the USA.
    assert_eq!(shown_in(":AEST-10AEDT", &Value::integer(1_709_000_000)), "2024-02-27T12:13:20+10:00");
    for unknown in ["XYZ", "", ":", "Nowhere/No", "/dev/zero", "/etc/passwd", "/etc", "\0"] {
        assert_eq!(shown_in(unknown, &winter), "2023-11-14T22:13:20+00:00", "{unknown:?}");
    }
}

#[test]
fn seconds_of_an_offset_are_shown() {
    let moment = Value::integer(1_700_000_000);
    assert_eq!(shown_in("XXX3:30:15", &moment), "2023-11-14T18:43:05-03:30:15");
    assert_eq!(shown_in("XXX-3:30:15", &moment), "2023-11-15T01:43:35+03:30:15");
    assert_eq!(shown_in("XXX-0:00:15", &moment), "2023-11-14T22:13:35+00:00:15");
}

#[cfg(unix)]
#[test]
fn a_zone_is_read_from_the_database_by_name_and_by_path() {
    let database = tempfile::tempdir().unwrap();
    // A file of the database has its rule for the future as text at its end; here it has nothing else.
    let header = |version: u8| [b"TZif".as_slice(), &[version], &[0; 15]].concat();
    let counts = |types: u8, names: u8| [[0; 19].as_slice(), &[types, 0, 0, 0, names]].concat();
    let block = [[0; 6].as_slice(), b"UTC\0"].concat();
    let one = [header(b'2'), counts(1, 4), block.clone()].concat();
    let file = [one.clone(), one, b"\nJST-9\n".to_vec()].concat();
    std::fs::create_dir(database.path().join("Area")).unwrap();
    let path = database.path().join("Area/Place");
    std::fs::write(&path, file).unwrap();
    let by_path = path.display().to_string();
    for name in ["Area/Place", ":Area/Place", by_path.as_str()] {
        let environment: Environment =
            [("TZ", name.into()), ("TZDIR", database.path().as_os_str().to_owned())].into_iter().collect();
        let timestamps = Timestamps::new(TimestampFormat::Iso8601, &environment);
        let shown = timestamps.show(&Value::integer(1_700_000_000_i64)).unwrap();
        assert_eq!(python::str(&shown), "2023-11-15T07:13:20+09:00", "{name}");
        std::fs::rename(&path, database.path().join("gone")).unwrap();
        assert!(
            timestamps.show(&Value::integer(0)).is_ok_and(|s| python::str(&s).ends_with("+09:00")),
            "read once"
        );
        std::fs::rename(database.path().join("gone"), &path).unwrap();
    }
}

#[test]
fn a_text_with_a_number_is_that_number() {
    assert_eq!(text(" 1700000000.5\n"), "2023-11-14T22:13:20.500000+00:00");
    assert_eq!(text("1e3"), "1970-01-01T00:16:40+00:00");
    assert_eq!(text("1_0"), "1970-01-01T00:00:10+00:00");
    assert_eq!(text("\u{661}\u{662}"), "1970-01-01T00:00:12+00:00");
    assert_eq!(text("inf"), "Unable to calculate correct timezone offset for \"inf\"");
}

#[test]
fn a_text_keeps_its_own_offset_or_has_none() {
    for (given, want) in [
        ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20+00:00"),
        ("2023-11-14T22:13:20.5+09:00", "2023-11-14T22:13:20.500000+09:00"),
        ("2023-11-14t22:13:20,123456789-0530", "2023-11-14T22:13:20.123456-05:30"),
        ("20231114T221320Z", "2023-11-14T22:13:20+00:00"),
        ("20231114T2213-05", "2023-11-14T22:13:00-05:00"),
        ("2023-11-14T22:13:20UTC", "2023-11-14T22:13:20+00:00"),
        ("2023-11-14 22:13", "2023-11-14T22:13:00"),
        ("2023-11-14", "2023-11-14T00:00:00"),
        ("Tue, 14 Nov 2023 22:13:20 GMT", "2023-11-14T22:13:20+00:00"),
        ("Tue, 14 Nov 2023 22:13:20 -0500", "2023-11-14T22:13:20-05:00"),
    ] {
        assert_eq!(text(given), want, "{given}");
    }
}

#[test]
fn what_is_no_timestamp_is_refused_with_a_reason() {
    assert_eq!(text(""), "Invalid timestamp \"\": String does not contain a date:");
    for given in [
        "yesterday",
        "2023-11",
        "2023-13-14",
        "2023-02-29",
        "2023-11-14T24:00",
        "2023-11-14T22:13+26:00",
        "11/14/2023",
        "Tue Nov 14 22:13:20 2023",
    ] {
        assert_eq!(text(given), format!("Invalid timestamp \"{given}\": Unknown string format: {given}"));
    }
    let list = Value::list(vec![Value::integer(1)]);
    assert_eq!(shown(&list), "Invalid timestamp \"[1]\": Unknown string format: [1]");
}

#[test]
fn the_wire_format_changes_nothing() {
    let timestamps = Timestamps::new(TimestampFormat::Wire, &Environment::default());
    for value in [Value::Float(1e20), Value::string("yesterday"), Value::list(vec![])] {
        assert_eq!(timestamps.show(&value).map(|shown| python::repr(&shown)), Ok(python::repr(&value)));
    }
    assert_eq!(TimestampFormat::named("ISO8601"), None);
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::integer),
        any::<f64>().prop_map(Value::Float),
        any::<String>().prop_map(Value::string),
        any::<i128>().prop_map(Value::integer),
        any::<String>().prop_map(|text| Value::map([(text, Value::Null)])),
        any::<bool>().prop_map(|truth| Value::list(vec![Value::Bool(truth)])),
    ]
}

proptest! {
    #[test]
    fn no_value_makes_it_panic(value in any_value(), zone in "[A-Z]{3}-?[0-9]{1,2}") {
        let _ = shown_in(&zone, &value);
    }

    #[test]
    fn no_text_makes_it_panic(given in "[-+:./, TZa-z0-9é]{0,24}") {
        let _ = text(&given);
    }

    #[test]
    fn a_shown_moment_is_read_back_the_same(micros in -62_135_500_000_000_000i64..253_402_200_000_000_000) {
        let shown = iso_with_offset(Timestamp::from_microsecond(micros).unwrap(), Offset::UTC).unwrap();
        prop_assert_eq!(microseconds(&shown), Ok(Some(micros)));
        prop_assert_eq!(text(&shown), shown);
    }

    #[test]
    fn every_number_is_a_moment_or_an_error(number: f64) {
        let shown = shown(&Value::Float(number));
        prop_assert!(shown.ends_with("+00:00") || shown.contains("out of range") || shown.contains("Unable"));
    }
}
