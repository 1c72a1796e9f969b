//! Tests of `input`.

use super::*;

#[test]
fn bytes_that_are_no_text_are_said_with_their_place() {
    let said = |bytes: &[u8]| text("f", bytes.to_vec(), 1).map_err(|error| error.to_string());
    assert_eq!(said(b"\xef\xbb\xbf{}"), Ok("{}".to_owned()));
    assert_eq!(
        said("{\"ä\n\": é".as_bytes().split_last().unwrap().1),
        Err("f:2:4: the byte 0xC3 is not UTF-8".to_owned())
    );
    for utf_16 in [
        &b"\xff\xfe{\0}\0"[..],
        b"\xfe\xff\0{\0}",
        b"{\0}\0",
        b"\0{\0}",
    ] {
        assert_eq!(said(utf_16), Err("f: is UTF-16, expected UTF-8".to_owned()));
    }
    let later = text("f", b"a\xffb\n".to_vec(), 7).unwrap_err();
    assert!(later.to_string().starts_with("f:7:2: "), "{later}");
}
