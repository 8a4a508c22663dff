//! Hostile structure: files that cost much, or that different programs read differently.

use yinxin_model::finding::Verdict::{CannotCheck, Tampered, UnknownIssuer};

use super::bomb::zlib_bomb;
use super::edit::{Update, replaced, stream};
use super::strange::Strange;
use super::{Corpus, Workshop};

pub fn add(corpus: &mut Corpus, from: &Workshop) {
    let seal = &from.stranger.seal;
    let signed = Strange::new().signed(seal);
    let update = || Update::of(&signed);
    let mut add =
        |name, story, verdict, code, bytes| corpus.add(name, "strange", story, verdict, code, bytes);

    add(
        "prev-loop",
        "a cross-reference section that names itself as the one before",
        CannotCheck,
        "",
        update().put(8, b"null").close_with(&format!("/Prev {}", update().put(8, b"null").len())),
    );
    add(
        "prev-nowhere",
        "/Prev points into the page",
        CannotCheck,
        "",
        update().put(8, b"null").close_with("/Prev 20"),
    );
    add(
        "encrypted",
        "encrypted",
        CannotCheck,
        "pdf_encrypted",
        update().close_with("/Encrypt<</Filter/Standard>>"),
    );
    let deep = [b"[".repeat(5000), b"]".repeat(5000)].concat();
    add(
        "deep-arrays",
        "five thousand arrays inside each other",
        CannotCheck,
        "pdf_limit_exceeded",
        update().put(8, &deep).close(),
    );
    let deep = [b"<</K".repeat(5000), b" 0".to_vec(), b">>".repeat(5000)].concat();
    add(
        "deep-dictionaries",
        "five thousand dictionaries inside each other",
        CannotCheck,
        "pdf_limit_exceeded",
        update().put(8, &deep).close(),
    );
    let kids = Strange::new().with(2, "<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>").signed(seal);
    add("page-tree-loop", "a page tree that holds itself, signed", UnknownIssuer, "intact", kids);
    let fields = Strange::new()
        .with(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[8 0 R 5 0 R]>>>>")
        .add("<</T(a)/Kids[8 0 R]>>");
    add(
        "field-tree-loop",
        "a form field that holds itself, signed",
        UnknownIssuer,
        "intact",
        fields.signed(seal),
    );
    let table = replaced(&Strange::new().bytes(), b"xref\n0 8\n", b"xref\n0 99999999\n");
    add("xref-huge", "a table that says it has a hundred million lines", CannotCheck, "", table);
    let revisions = (0..80).fold(signed.clone(), |bytes, _| Update::of(&bytes).close());
    add("revisions-many", "eighty revisions", CannotCheck, "pdf_limit_exceeded", revisions);

    let bomb = zlib_bomb(8 << 20);
    let packed = stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);
    add(
        "object-stream-bomb",
        "an object stream that unpacks to a thousand times its size",
        CannotCheck,
        "pdf_limit_exceeded",
        packed_update(&signed, &packed, 9),
    );
    let hidden = stream("/Type/ObjStm/N 1/First 4", b"4 0 <</Length 0>>");
    add(
        "object-stream-hides",
        "an object stream of a later revision replaces the page's content",
        Tampered,
        "changed_after_signing",
        packed_update(&signed, &hidden, 4),
    );
    add(
        "hybrid-hides",
        "a hybrid table: old programs see one page, new ones another",
        Tampered,
        "changed_after_signing",
        hybrid(&signed, &hidden),
    );

    let twice = Strange::new()
        .with(4, b"<</Length 2/Length 36>>stream\nBT /F1 24 Tf 40 120 Td (PASSED) Tj ET\nendstream".to_vec());
    add(
        "length-twice",
        "a stream that states its length twice, signed",
        UnknownIssuer,
        "intact",
        twice.signed(seal),
    );
    let many = Strange::new().add("(".repeat(3) + &"x".repeat(20_000) + ")))");
    add("long-string", "an object that nobody needs, signed", UnknownIssuer, "intact", many.signed(seal));
    let shared = Strange::new()
        .with(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 8 0 R]/SigFlags 3>>>>")
        .add("<</Type/Annot/Subtype/Widget/FT/Sig/T(Other)/Rect[0 0 0 0]/V 6 0 R>>");
    add(
        "signature-shared",
        "two fields claim one signature",
        UnknownIssuer,
        "shared_signature",
        shared.signed(seal),
    );
    let script = "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>";
    add(
        "script",
        "a script that runs when the document is opened, signed with the rest",
        UnknownIssuer,
        "active_content",
        Strange::new().with(1, script).signed(seal),
    );
    add(
        "garbage-pdf",
        "a header and nothing else that is PDF",
        CannotCheck,
        "pdf_no_cross_reference",
        [b"%PDF-1.7\n".to_vec(), b"\x00\xff".repeat(300)].concat(),
    );
}

/// A revision with a cross-reference stream that finds `number` in the object stream `packed` (object 8).
fn packed_update(file: &[u8], packed: &[u8], number: u32) -> Vec<u8> {
    let update = Update::of(file);
    let previous = update.previous();
    let at = update.len();
    let update = update.put(8, packed);
    let xref = update.len();
    let row = |kind: u8, second: usize, third: u8| {
        let [.., a, b, c] = second.to_be_bytes();
        [kind, a, b, c, third]
    };
    let rows = [row(2, 8, 0), row(1, at, 0), row(1, xref, 0)].concat();
    let dict = format!("/Type/XRef/Size 20/W[1 3 1]/Index[{number} 1 8 1 10 1]/Root 1 0 R/Prev {previous}");
    let update = update.put(10, &stream(&dict, &rows));
    update.raw(format!("startxref\n{xref}\n%%EOF\n").as_bytes()).into_bytes()
}

/// A revision with a table that lists nothing, and a stream beside it that lists more.
fn hybrid(file: &[u8], packed: &[u8]) -> Vec<u8> {
    let update = Update::of(file);
    let previous = update.previous();
    let at = update.len();
    let update = update.put(8, packed);
    let xref = update.len();
    let [.., a, b, c] = at.to_be_bytes();
    let rows = [2, 0, 0, 8, 0, 1, a, b, c, 0];
    let dict = "/Type/XRef/Size 20/W[1 3 1]/Index[4 1 8 1]";
    update.put(10, &stream(dict, &rows)).close_with(&format!("/XRefStm {xref}/Prev {previous}"))
}
