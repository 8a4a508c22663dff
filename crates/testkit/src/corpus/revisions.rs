//! Attacks by later revisions: what was signed stays in the file, and something else is shown. The names follow the
//! literature: shadow attacks (NDSS 2021), attacks on certified documents (S&P 2021), signature wrapping (CCS 2019).

use yinxin_model::finding::Verdict::{CannotCheck, Tampered, UnknownIssuer, Valid};

use super::edit::{Update, blank_signature, contents, filled, find, object_with, stream};
use super::strange::{PAGE, Strange};
use super::{Corpus, Workshop};

const OVERLAY: &[u8] = b"1 1 1 rg 100 300 400 60 re f";

pub fn add(corpus: &mut Corpus, from: &Workshop) {
    of_our_copies(corpus, from);
    of_signatures(corpus, from);
    additions(corpus, from);
    disguises(corpus, from);
    shadows(corpus, from);
    certified(corpus, from);
}

fn of_our_copies(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let mut add = |name, story, bytes| {
        corpus.add(name, "basic", story, Tampered, "changed_after_signing", bytes);
    };
    let update = || Update::of(file);
    let (page, content, font, image) = (3, from.own_content, from.own_font, from.drawn);
    add("update-text", "the page's text replaced", update().put(content, &stream("", OVERLAY)).close());
    let note = b"<</Type/Annot/Subtype/FreeText/Rect[100 300 500 360]/DA(/F0 24 Tf)/Contents(Grade A)/F 4>>";
    let annots = |next: u32| object_with(file, page, "/Annots[", &format!("/Annots[{next} 0 R "));
    let next = update().next();
    add(
        "update-annotation",
        "an annotation laid over the text",
        update().add(note).put(page, &annots(next)).close(),
    );
    let stamp = format!("<</Type/Annot/Subtype/Stamp/Rect[100 300 500 360]/F 4/AP<</N {} 0 R>>>>", next + 1);
    let look = stream("/Type/XObject/Subtype/Form/BBox[0 0 400 60]", b"1 1 1 rg 0 0 400 60 re f");
    add(
        "update-stamp",
        "a stamp with a picture laid over the text",
        update().add(stamp.as_bytes()).add(&look).put(page, &annots(next)).close(),
    );
    let field =
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(Grade)/V(A)/Rect[100 300 500 360]/F 4/DA(/F0 12 Tf 0 g)>>";
    let catalog = object_with(file, 1, "/Fields[", &format!("/Fields[{next} 0 R "));
    add(
        "update-form-field",
        "a form field with a value laid over the text",
        update().add(field).put(1, &catalog).put(page, &annots(next)).close(),
    );
    add(
        "update-font",
        "the font exchanged, so that the same text reads otherwise",
        update().put(font, b"<</Type/Font/Subtype/Type1/BaseFont/Symbol>>").close(),
    );
    add(
        "update-image",
        "a drawing of the page replaced",
        update().put(image, &stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]", b"")).close(),
    );
    let seal = stream("/Type/XObject/Subtype/Form/BBox[0 0 119 119]", b"1 0 0 rg 0 0 119 119 re f");
    add("update-seal-picture", "the seal's picture exchanged", update().put(6, &seal).close());
    let second = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents {content} 0 R>>");
    let tree = object_with(file, 2, "/Count 1/Kids[", &format!("/Count 2/Kids[{next} 0 R "));
    add(
        "update-page-added",
        "a page before the signed one",
        update().add(second.as_bytes()).put(2, &tree).close(),
    );
    let other = format!("<</Type/Pages/Count 1/Kids[{} 0 R]>>", next + 1);
    let blank = format!("<</Type/Page/Parent {next} 0 R/MediaBox[0 0 300 200]>>");
    let catalog = object_with(file, 1, "/Pages 2 0 R", &format!("/Pages {next} 0 R"));
    add(
        "update-pages-replaced",
        "the catalog shows other pages",
        update().add(other.as_bytes()).add(blank.as_bytes()).put(1, &catalog).close(),
    );
    let acting = object_with(
        file,
        1,
        "/Type/Catalog",
        "/Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>",
    );
    add("update-script", "a script that runs when the file is opened", update().put(1, &acting).close());
    let boxed = object_with(file, page, "/MediaBox[0 0 ", "/CropBox[0 0 90 90]/MediaBox[0 0 ");
    add("update-crop", "the page cut to a corner", update().put(page, &boxed).close());
    add(
        "update-metadata",
        "the metadata say something else",
        update().put(from.metadata, &stream("/Type/Metadata/Subtype/XML", b"<x/>")).close(),
    );
    add("update-empty", "a revision that changes nothing", update().close());
    let moved = find(file, b"\n3 0 obj") + 1;
    add(
        "update-points-back",
        "a table alone, which points to the same object again",
        update().point(3, moved).close(),
    );
}

fn of_signatures(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.basic;
    let mut add = |name, story, code, bytes| corpus.add(name, "basic", story, Tampered, code, bytes);
    // Both the field and its place on the page are the stranger's.
    let next = Update::of(file).next();
    let field = format!(
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(Second)/Rect[0 0 0 0]/F 132/P 3 0 R/V {} 0 R>>",
        next + 1
    );
    let catalog = object_with(file, 1, "/Fields[", &format!("/Fields[{next} 0 R "));
    let second = Update::of(file)
        .add(field.as_bytes())
        .add(&blank_signature("ETSI.CAdES.detached", "/M(D:20260302090000+08'00')"))
        .put(1, &catalog)
        .close();
    let second = filled(&second, |digest| from.stranger.seal.sign(digest));
    add("second-signature", "a stranger signed our copy once more", "changed_after_signing", second);
    // The value moves into the newest revision, its range still covers the old bytes.
    let gap = contents(file);
    let value = file.get(gap.clone()).expect("a value");
    let tail = file.get(gap.end..).expect("a tail");
    let update = Update::of(file).put(from.own_content, &stream("", OVERLAY));
    let wrapped = |at: usize| {
        let mut body = format!(
            "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:20260301090000+08'00')\
             /ByteRange [0 {:010} {at:010} {:010}]/Contents ",
            gap.start,
            tail.len()
        )
        .into_bytes();
        body.extend_from_slice(value);
        body.extend_from_slice(b">>");
        body
    };
    let place = Update::of(file)
        .put(from.own_content, &stream("", OVERLAY))
        .put(from.signature_object, &wrapped(0))
        .len()
        + 2;
    let bytes = update.put(from.signature_object, &wrapped(place)).raw(b"%\n").raw(tail).close();
    add(
        "signature-wrapping",
        "the covered tail copied behind a new page and the range turned to it",
        "",
        bytes,
    );
    let gone = object_with(file, 1, &format!("/Perms<</DocMDP {} 0 R>>", from.signature_object), "");
    let gone = String::from_utf8_lossy(&gone).replace("/Fields[5 0 R]", "/Fields[]");
    let unsigned =
        Update::of(file).put(1, gone.as_bytes()).put(3, &object_with(file, 3, "/Annots[5 0 R]", "")).close();
    add("signature-removed", "the seal and its field taken off the page", "", unsigned);
    let field = object_with(file, 5, &format!("/V {} 0 R", from.signature_object), "");
    add(
        "signature-emptied",
        "the field is still there, its value is not",
        "",
        Update::of(file).put(5, &field).close(),
    );
}

/// What may come after sealing: it changes nothing that is seen, and helps to judge the signature later.
fn additions(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.time;
    let next = Update::of(file).next();
    let store = format!("<</Type/DSS/Certs[{} 0 R]>>", next + 1);
    let root = stream("", from.office.root.der());
    let catalog = object_with(file, 1, "/Type/Catalog", &format!("/Type/Catalog/DSS {next} 0 R"));
    let with_store = Update::of(file).add(store.as_bytes()).add(&root).put(1, &catalog).close();
    corpus.add(
        "store-added",
        "time",
        "a security store added by somebody (allowed: it is said)",
        Valid,
        "extended_after_release",
        with_store,
    );
    let stamped = |rect: &str| {
        let update = Update::of(file);
        let field = format!(
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(DocTS9)/Rect[{rect}]/F 132/P 3 0 R/V {} 0 R>>",
            next + 1
        );
        let catalog = object_with(file, 1, "/Fields[5 0 R", &format!("/Fields[5 0 R {next} 0 R"));
        let page = object_with(file, 3, "/Annots[5 0 R", &format!("/Annots[5 0 R {next} 0 R"));
        let blank = blank_signature("ETSI.RFC3161", "");
        let bytes = update.add(field.as_bytes()).add(&blank).put(1, &catalog).put(3, &page).close();
        filled(&bytes, |digest| from.office.token(digest, super::office::sealed_at()))
    };
    corpus.add(
        "document-stamp-added",
        "time",
        "a document time stamp added by somebody (allowed: it is said)",
        Valid,
        "extended_after_release",
        stamped("0 0 0 0"),
    );
    corpus.add(
        "document-stamp-visible",
        "time",
        "a document time stamp added by somebody, with a place on the page where it covers the text",
        Tampered,
        "changed_after_signing",
        stamped("100 300 500 360"),
    );
    let text = Update::of(&stamped("0 0 0 0")).put(from.own_content, &stream("", OVERLAY)).close();
    corpus.add(
        "text-after-document-stamp",
        "time",
        "the text replaced after an honest document time stamp",
        Tampered,
        "changed_after_signing",
        text,
    );
    for (name, story, times, verdict, code) in [
        (
            "strange-stamped-often",
            "a stranger's document with as many time stamps as are judged",
            16,
            UnknownIssuer,
            "extended_after_signing",
        ),
        (
            "strange-stamped-too-often",
            "one time stamp more than are judged",
            17,
            CannotCheck,
            "too_many_signatures",
        ),
    ] {
        corpus.add(name, "strange", story, verdict, code, stamped_often(from, times));
    }
    let hidden = object_with(
        file,
        1,
        "/Type/Catalog",
        &format!("/Type/Catalog/DSS {next} 0 R/AA<</WC<</S/JavaScript/JS(0)>>>>"),
    );
    let acting = Update::of(file).add(store.as_bytes()).add(&root).put(1, &hidden).close();
    corpus.add(
        "store-with-script",
        "time",
        "a security store added, and a script with it",
        Tampered,
        "changed_after_signing",
        acting,
    );
}

/// Changes that look like what may come after sealing.
/// A stranger's document with so many document time stamps, one after the other.
fn stamped_often(from: &Workshop, times: usize) -> Vec<u8> {
    let mut bytes = Strange::new().signed(&from.stranger.seal);
    let mut fields = "5 0 R".to_owned();
    for number in 1..=times {
        let update = Update::of(&bytes);
        let (field, value) = (update.next(), update.next() + 1);
        let longer = format!("{fields} {field} 0 R");
        let catalog = object_with(&bytes, 1, &format!("/Fields[{fields}"), &format!("/Fields[{longer}"));
        let page = object_with(&bytes, 3, &format!("/Annots[{fields}"), &format!("/Annots[{longer}"));
        let widget = format!(
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(TS{number})/Rect[0 0 0 0]/F 132/P 3 0 R/V {value} 0 R>>"
        );
        let blank = blank_signature("ETSI.RFC3161", "");
        let next = update.add(widget.as_bytes()).add(&blank).put(1, &catalog).put(3, &page).close();
        bytes = filled(&next, |digest| from.stranger.token(digest, super::office::sealed_at()));
        fields = longer;
    }
    bytes
}

fn disguises(corpus: &mut Corpus, from: &Workshop) {
    let file = &from.time;
    let mut add = |name, story, code, bytes| corpus.add(name, "time", story, Tampered, code, bytes);
    let text = Update::of(file).put(from.own_content, &stream("/DSS 1", OVERLAY)).close();
    add(
        "text-as-store",
        "the text replaced by a stream that names a security store",
        "changed_after_signing",
        text,
    );

    let next = Update::of(file).next();
    let stamped = |field: &str, more: &[&[u8]]| {
        let catalog = object_with(file, 1, "/Fields[5 0 R", &format!("/Fields[5 0 R {next} 0 R"));
        let page = object_with(file, 3, "/Annots[5 0 R", &format!("/Annots[5 0 R {next} 0 R"));
        let field = format!("<</Type/Annot/FT/Sig/T(DocTS9)/F 132/P 3 0 R/V {} 0 R{field}>>", next + 1);
        let update = Update::of(file).add(field.as_bytes()).add(&blank_signature("ETSI.RFC3161", ""));
        let update = more.iter().fold(update, |update, body| update.add(body));
        let bytes = update.put(1, &catalog).put(3, &page).close();
        filled(&bytes, |digest| from.office.token(digest, super::office::sealed_at()))
    };
    let look = stream("/Type/XObject/Subtype/Form/BBox[0 0 400 60]", OVERLAY);
    let seen = format!("/Subtype/Stamp/Rect[100 300 500 360]/AP<</N {} 0 R>>", next + 2);
    add(
        "document-stamp-as-annotation",
        "a document time stamp whose field is an annotation that covers the text",
        "changed_after_signing",
        stamped(&seen, &[&look]),
    );
    let hidden = format!("/Subtype/Widget/Rect {} 0 R/AP<</N {} 0 R>>", next + 2, next + 3);
    let growing = stamped(&hidden, &[b"[0 0 0 0]", &look]);
    add(
        "document-stamp-grows-late",
        "a document time stamp of no size, which a later revision makes large",
        "changed_after_signing",
        Update::of(&growing).put(next + 2, b"[100 300 500 360]").close(),
    );
    let honest = stamped("/Subtype/Widget/Rect[0 0 0 0]", &[]);
    let grown = object_with(&honest, next, "/Rect[0 0 0 0]", "/Rect[100 300 500 360]");
    add(
        "document-stamp-moved",
        "an honest document time stamp that was given a place on the page later",
        "changed_after_signing",
        Update::of(&honest).put(next, &grown).close(),
    );
    let pages = object_with(file, 1, "/Pages 2 0 R", &format!("/Pages {} 0 R", next + 1));
    let tree = format!("<</Type/Pages/Count 1/Kids[{} 0 R]>>", next + 2);
    let page = format!("<</Type/Page/Parent {} 0 R/MediaBox[0 0 300 200]>>", next + 1);
    let other = Update::of(file).add(&pages).add(tree.as_bytes()).add(page.as_bytes()).root(next).close();
    add("update-root", "another catalog, which only the trailer names", "changed_after_signing", other);

    let stored = |store: &str, data: &[u8]| {
        let catalog = object_with(file, 1, "/Type/Catalog", &format!("/Type/Catalog/DSS {next} 0 R"));
        Update::of(file).add(store.as_bytes()).add(&stream("", data)).put(1, &catalog)
    };
    let archive = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    let certs = format!("<</Type/DSS/Certs[{} 0 R]>>", next + 1);
    add(
        "store-with-archive",
        "an archive in the security store, in a place of its own",
        "changed_after_signing",
        stored(&format!("<</Type/DSS/X {} 0 R>>", next + 1), archive).close(),
    );
    add(
        "store-with-archive-as-certificate",
        "an archive in the security store, in place of a certificate",
        "changed_after_signing",
        stored(&certs, archive).close(),
    );
    // Version, five empty parts and a string; then algorithm and signature.
    let mut body = b"\x02\x01\x01\x30\0\x30\0\x30\0\x30\0\x30\0\x04\x16".to_vec();
    body.extend_from_slice(archive);
    let mut certificate = vec![0x30, u8::try_from(body.len() + 7).expect("short"), 0x30];
    certificate.push(u8::try_from(body.len()).expect("short"));
    certificate.extend_from_slice(&body);
    certificate.extend_from_slice(b"\x30\0\x03\x01\0");
    add(
        "store-with-archive-inside",
        "an archive inside of what has the form of a certificate",
        "other_file_inside",
        stored(&certs, &certificate).close(),
    );
    let root = from.office.root.der();
    add(
        "store-with-comment",
        "a comment behind an honest security store",
        "loose_bytes",
        stored(&certs, root).raw(b"% an archive could stand here\n").close(),
    );
}

/// Documents that their own author prepared for a change after signing.
fn shadows(corpus: &mut Corpus, from: &Workshop) {
    let seal = &from.stranger.seal;
    let mut add = |name, story, code, bytes| corpus.add(name, "strange", story, Tampered, code, bytes);
    let covered = Strange::new()
        .with(4, stream("", &[PAGE, b" /X1 Do"].concat()))
        .with(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 7 0 R>>/XObject<</X1 8 0 R>>>>/Annots[5 0 R]>>")
        .add(stream("/Type/XObject/Subtype/Form/BBox[0 0 300 200]", b"1 g 0 100 300 60 re f"));
    let hidden = Update::of(&covered.signed(seal))
        .put(8, &stream("/Type/XObject/Subtype/Form/BBox[0 0 0 0]", b""))
        .close();
    add(
        "shadow-hide",
        "a picture that hid a text was taken away after signing",
        "changed_after_signing",
        hidden,
    );
    let form = Strange::new()
        .with(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 8 0 R]/SigFlags 3/DA(/F1 12 Tf)>>>>")
        .with(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 7 0 R>>>>/Annots[5 0 R 8 0 R]>>")
        .add("<</Type/Annot/Subtype/Widget/FT/Tx/T(Amount)/V(100)/Rect[40 40 140 60]/F 4/DA(/F1 12 Tf)>>");
    let signed = form.signed(seal);
    let value = object_with(&signed, 8, "/V(100)", "/V(900)");
    add(
        "shadow-replace",
        "a form field got another value after signing",
        "changed_after_signing",
        Update::of(&signed).put(8, &value).close(),
    );
    let font = Update::of(&signed).put(7, b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>").close();
    add("shadow-replace-font", "the font was exchanged after signing", "changed_after_signing", font);
    // Both contents are in the signed revision; only a table is added.
    let twin = Strange::new().add(stream("", b"BT /F1 24 Tf 40 120 Td (FAILED) Tj ET"));
    let signed = twin.signed(seal);
    let at = find(&signed, b"\n8 0 obj") + 1;
    add(
        "shadow-hide-and-replace",
        "a table that was added shows a hidden object in place of the signed one",
        "changed_after_signing",
        Update::of(&signed).point(4, at).close(),
    );
    let twice = Strange::new().add(stream("", b"BT (A) Tj ET")).bytes();
    let twice = super::edit::replaced(&twice, b"\n8 0 obj", b"\n4 0 obj");
    let twice = filled(&twice, |digest| seal.sign(digest));
    let at = find(&twice, b"\n4 0 obj") + 1;
    let behind = at + find(twice.get(at..).expect("a tail"), b"\n4 0 obj") + 1;
    add(
        "shadow-twins",
        "the same object twice in the signed revision, and a table that shows the other one",
        "",
        Update::of(&twice).point(4, behind).close(),
    );
}

fn certified(corpus: &mut Corpus, from: &Workshop) {
    let seal = &from.stranger.seal;
    let certifying = |level: u8| {
        let reference = format!(
            "/M(D:20260301090000+08'00')/Reference[<</Type/SigRef/TransformMethod/DocMDP\
             /TransformParams<</Type/TransformParams/P {level}/V/1.2>>>>]"
        );
        Strange::new()
            .with(
                1,
                "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]/SigFlags 3>>/Perms<</DocMDP 6 0 R>>>>",
            )
            .with(6, blank_signature("ETSI.CAdES.detached", &reference))
    };
    let notes = certifying(3).signed(seal);
    let note = b"<</Type/Annot/Subtype/FreeText/Rect[40 110 200 150]/DA(/F1 24 Tf)/Contents(FAILED)/F 4>>";
    let page = object_with(&notes, 3, "/Annots[", "/Annots[8 0 R ");
    let evil = Update::of(&notes).add(note).put(3, &page).close();
    corpus.add(
        "certified-annotation",
        "strange",
        "an annotation over the text of a certified document that allows notes",
        Tampered,
        "changed_after_signing",
        evil,
    );
    let field =
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Sneaky)/Rect[40 110 200 150]/F 4/P 3 0 R/AP<</N 9 0 R>>>>";
    let look = stream("/Type/XObject/Subtype/Form/BBox[0 0 160 40]", b"1 g 0 0 160 40 re f");
    let catalog = object_with(&notes, 1, "/Fields[5 0 R", "/Fields[5 0 R 8 0 R");
    let sneaky = Update::of(&notes).add(field).add(&look).put(1, &catalog).put(3, &page).close();
    corpus.add(
        "certified-sneaky-field",
        "strange",
        "an empty signature field whose look covers the text of a certified document",
        Tampered,
        "changed_after_signing",
        sneaky,
    );
    let closed = certifying(1).signed(seal);
    let catalog = object_with(&closed, 1, "/Fields[5 0 R", "/Fields[5 0 R 8 0 R");
    let field = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(More)/Rect[0 0 0 0]/F 132/V 9 0 R>>";
    let blank = blank_signature("ETSI.CAdES.detached", "");
    let more = Update::of(&closed).add(field).add(&blank).put(1, &catalog).close();
    let more = filled(&more, |digest| from.office.other.sign(digest));
    corpus.add(
        "certified-signed-again",
        "strange",
        "a second signature on a document that its certifier closed",
        Tampered,
        "certification_violated",
        more,
    );
    let open = Strange::new().signed(seal);
    let catalog = object_with(&open, 1, "/Fields[5 0 R", "/Fields[5 0 R 8 0 R");
    let two = Update::of(&open).add(field).add(&blank).put(1, &catalog).close();
    let two = filled(&two, |digest| from.stranger.other.sign(digest));
    corpus.add(
        "strange-two-signatures",
        "strange",
        "two honest strangers signed one after the other",
        UnknownIssuer,
        "extended_after_signing",
        two,
    );
    let update = Update::of(&open).add(field).add(&blank).put(1, &catalog);
    let other = update.put(4, &stream("", b"BT /F1 24 Tf 40 120 Td (FAILED) Tj ET")).close();
    corpus.add(
        "strange-changed-and-signed",
        "strange",
        "a second stranger changed what the first had signed, and signed the change",
        UnknownIssuer,
        "revised_between_signatures",
        filled(&other, |digest| from.stranger.other.sign(digest)),
    );
}
