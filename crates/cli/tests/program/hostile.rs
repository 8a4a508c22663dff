//! `verify` and what strangers give it: every answer is a verdict with an exit code, never a crash, never `valid`.

use std::path::Path;
use std::process::Command;

use yinxin_testkit::hostile::LARGE;
use yinxin_testkit::judge::skipped;
use yinxin_testkit::temp_dir;

use crate::run::{Demo, people};

#[test]
fn strange_files_get_a_verdict() {
    let demo = Demo::new();
    let cases: [(&str, Vec<u8>); 12] = [
        ("empty.pdf", Vec::new()),
        ("text.txt", "你好，world\n".into()),
        ("null.pdf", vec![0]),
        (
            "picture.png",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde".to_vec(),
        ),
        ("archive.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
        ("header.pdf", b"%PDF-1.7\n".to_vec()),
        ("unsigned.pdf", unsigned_pdf()),
        ("looping.pdf", looping_pdf()),
        ("deep.pdf", deep_pdf()),
        (
            "xref.pdf",
            b"%PDF-1.7\nxref\n0 4294967295\ntrailer<</Size 4294967295/Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
                .to_vec(),
        ),
        (
            "signature.pdf",
            b"%PDF-1.7\n1 0 obj<</Type/Sig/ByteRange[0 9999999999 -1 5]/Contents<00>>>endobj\n%%EOF".to_vec(),
        ),
        // Thirty megabytes of nothing are as quickly told as one.
        ("zeros.pdf", vec![0; 30 << 20]),
    ];
    for (name, bytes) in cases {
        let file = demo.write(name, &bytes);
        for more in [&[][..], &["--offline"]] {
            assert_eq!(demo.verdict(&file, more), "cannot_check", "{name}");
        }
    }
    let sparse = demo.write("huge.pdf", b"%PDF-1.7");
    std::fs::OpenOptions::new().write(true).open(&sparse).unwrap().set_len(100 << 20).unwrap();
    assert_eq!(demo.json(&["verify", sparse.to_str().unwrap()]).refusal(), "file_too_large");
    assert_eq!(demo.json(&["verify", demo.file("absent.pdf").to_str().unwrap()]).refusal(), "file_not_found");
    assert_eq!(demo.json(&["verify", demo.data().to_str().unwrap()]).exit, Some(1), "a directory");
}

/// The kernel refuses whatever exceeds the limit, and a program that is refused memory dies of it. Counted is address space: of
/// the program, of the file, and of what is only reserved; never less than what is resident. What the program takes by
/// itself depends on how it was built, and is found out with a file of nothing; with less it dies, or waits for a thread that
/// the kernel did not give it.
#[test]
fn large_hostile_files_are_answered_within_64_mb_beside_the_program() {
    let dir = temp_dir("hostile");
    let file = dir.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let limits = (4..200).map(|steps| steps << 12);
    let Some(mut by_itself) = limits.into_iter().find(|kb| answer_within(*kb, 5, &file) == "cannot_check")
    else {
        return skipped("this machine keeps no limit of address space that the program can live in");
    };
    // With less it may only have been slow.
    while answer_within(by_itself - (4 << 12), 30, &file) == "cannot_check" {
        by_itself -= 4 << 12;
        assert!(by_itself > 4 << 12, "the limit is kept");
    }
    for (name, make) in LARGE {
        std::fs::write(&file, make()).unwrap();
        let answer = answer_within(by_itself + (64 << 10), 400, &file);
        let size = std::fs::metadata(&file).unwrap().len();
        let due = if size > 32 << 20 { &["file_too_large"][..] } else { &["cannot_check", "tampered"] };
        assert!(due.contains(&answer.as_str()), "{name} beside {by_itself} KB: {answer}");
    }
}

/// The verdict, or the code of a refusal; or how it ended, where it gave no answer. Stopped after so many seconds.
fn answer_within(kilobytes: u64, seconds: u32, file: &Path) -> String {
    let trust = concat!(env!("CARGO_MANIFEST_DIR"), "/../seal/tests/tampered/trust");
    let output = Command::new("sh")
        .args([
            "-c",
            &format!("ulimit -v {kilobytes} && exec timeout {seconds} \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_yinxin"),
        ])
        .args(["--json", "verify", "--offline", "--trust", trust])
        .arg(file)
        .env_clear()
        // A thread's own arena reserves 64 MB of addresses where it can: all that is there to be measured.
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .unwrap();
    let Ok(answer) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else {
        return format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    };
    assert_eq!(output.status.code(), Some(1), "{answer}");
    let said = answer["verdict"].as_str().or_else(|| answer["error"]["code"].as_str());
    said.unwrap_or_default().to_owned()
}

#[test]
fn a_changed_copy_is_tampered_whatever_was_changed() {
    let demo = Demo::new();
    if !demo.can_seal() {
        return;
    }
    let holder = demo.holders(people(5, 1)).remove(0);
    let (_, file) = demo.endorsed(&holder.number);
    let copy = std::fs::read(&file).unwrap();
    assert_eq!(demo.verdict(&file, &[]), "valid");
    assert_eq!(demo.verdict(&file, &["--offline"]), "valid");
    let at = |needle: &[u8]| copy.windows(needle.len()).rposition(|window| window == needle).unwrap();
    let contents = at(b"/Contents") + 11;
    let mut flips: Vec<usize> = (0..16).map(|i| i * (copy.len() - 1) / 15).collect();
    // Inside the signature itself: its first and a middle digit, the padding, the brackets, the ranges.
    flips.extend([
        contents,
        contents + 400,
        contents + 401,
        at(b"/ByteRange") + 12,
        at(b"%%EOF"),
        at(b"startxref") + 10,
    ]);
    let changed = |name: &str, bytes: &[u8]| {
        let file = demo.write("changed.pdf", bytes);
        for more in [&[][..], &["--offline"]] {
            assert_eq!(demo.verdict(&file, more), "tampered", "{name} {more:?}");
        }
    };
    for (i, flip) in flips.into_iter().enumerate() {
        let mut bytes = copy.clone();
        bytes[flip] ^= [0x01, 0x20, 0x80][i % 3];
        changed(&format!("byte {flip} of {}", copy.len()), &bytes);
    }
    changed("cut short", &copy[..copy.len() - 1]);
    changed("a newline behind", &[&copy[..], b"\n"].concat());
    changed(
        "a shadow behind",
        &[&copy[..], b"\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n0\n%%EOF\n"].concat(),
    );
    changed("a picture before", &[b"GIF89a", &copy[..]].concat());
    changed("a newline before", &[b"\n", &copy[..]].concat());
    changed("twice", &[&copy[..], &copy[..]].concat());
    // Cut before its signature, its first bytes still say whose it was.
    changed("half of it", &copy[..copy.len() / 2]);
}

/// What another program made and nobody signed.
fn unsigned_pdf() -> Vec<u8> {
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let xref = out.len();
    out.extend(b"xref\n0 4\n0000000000 65535 f \n");
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n").bytes());
    out
}

/// A cross-reference table whose predecessor is itself.
fn looping_pdf() -> Vec<u8> {
    b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n"
        .to_vec()
}

fn deep_pdf() -> Vec<u8> {
    let mut out = b"%PDF-1.7\n1 0 obj\n".to_vec();
    out.extend(std::iter::repeat_n(b'[', 1_000_000));
    out.extend(b"\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer<</Size 2/Root 1 0 R>>\nstartxref\n1000026\n%%EOF\n");
    out
}
