//! Decimals are exact, however they are spelled: held against whole numbers of hundred-thousandths.

use gatewright::json::{Decimal, parse};
use proptest::prelude::*;

use crate::CASES;

fn decimal(text: &str) -> Decimal {
    let json = parse(text.as_bytes(), 0).unwrap();
    Decimal::of(json.as_number().unwrap()).unwrap()
}

/// `digits` with a point before the last `places` of them.
fn written(digits: i64, places: usize) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// Small ones, so that they meet, and large ones.
fn number() -> impl Strategy<Value = (i64, usize)> {
    (prop_oneof![-20_i64..20, any::<i32>().prop_map(i64::from), any::<i64>()], 0_usize..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn a_value_is_one_value_however_it_is_spelled((digits, places) in number()) {
        let text = written(digits, places);
        let point = if places == 0 { "." } else { "" };
        for other in [
            format!("{text}e0"),
            format!("{text}E+00"),
            format!("{text}{point}000000000000000000000000"),
            format!("{}e-{places}", written(digits, 0)),
        ] {
            prop_assert_eq!(decimal(&text), decimal(&other), "{} and {}", text, other);
        }
        let shown = decimal(&text).to_string();
        prop_assert_eq!(decimal(&shown), decimal(&text));
        prop_assert_eq!(decimal(&text).is_negative(), digits < 0);
    }

    #[test]
    fn they_are_ordered_and_added_as_whole_numbers_are(one in number(), two in number()) {
        let scaled = |(digits, places): (i64, usize)| {
            i128::from(digits) * 10_i128.pow(u32::try_from(5 - places).unwrap())
        };
        let (first, second) = (decimal(&written(one.0, one.1)), decimal(&written(two.0, two.1)));
        prop_assert_eq!(first.cmp(&second), scaled(one).cmp(&scaled(two)));
        prop_assert_eq!(first == second, scaled(one) == scaled(two));
        // Far apart, so that no short way of comparing is taken.
        let far = |text: String| decimal(&format!("{text}e-30"));
        let (tiny, other) = (far(written(one.0, one.1)), far(written(two.0, two.1)));
        prop_assert_eq!(tiny.cmp(&other), scaled(one).cmp(&scaled(two)));
        if one.0 >= 0 && two.0 >= 0 {
            let sum = first.checked_add(&second).unwrap();
            let expected = decimal(&format!("{}e-5", scaled(one) + scaled(two)));
            prop_assert_eq!(sum, expected);
        }
    }
}
