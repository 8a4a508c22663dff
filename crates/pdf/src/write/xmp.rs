//! The metadata packet (ISO 16684-1): what PDF 2.0 and PDF/A want in place of the Info dictionary. Only
//! schemas that PDF/A-2 knows by itself, so that no extension schema is needed.

use super::PdfDate;
use super::emit;

/// What the packet says.
pub(super) struct Packet<'a> {
    pub(super) title: [&'a str; 2],
    pub(super) subject: &'a str,
    pub(super) author: &'a str,
    pub(super) producer: &'a str,
    pub(super) language: &'a str,
    pub(super) created: PdfDate,
    pub(super) document_id: [u8; 16],
}

pub(super) fn push(out: &mut Vec<u8>, packet: &Packet) {
    let mut put = |text: &str| out.extend_from_slice(text.as_bytes());
    put(concat!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">",
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">",
        "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
        " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"",
        " xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\">\n",
        "<dc:format>application/pdf</dc:format>\n",
        "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">",
    ));
    for part in packet.title {
        escaped(out, part);
    }
    out.extend_from_slice(b"</rdf:li></rdf:Alt></dc:title>\n<dc:creator><rdf:Seq><rdf:li>");
    escaped(out, packet.author);
    out.extend_from_slice(b"</rdf:li></rdf:Seq></dc:creator>\n");
    out.extend_from_slice(b"<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    escaped(out, packet.subject);
    out.extend_from_slice(b"</rdf:li></rdf:Alt></dc:description>\n<dc:language><rdf:Bag><rdf:li>");
    escaped(out, packet.language);
    out.extend_from_slice(b"</rdf:li></rdf:Bag></dc:language>\n");
    for name in ["xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"] {
        open(out, name);
        packet.created.push_iso(out);
        close(out, name);
    }
    open(out, "xmp:CreatorTool");
    escaped(out, packet.producer);
    close(out, "xmp:CreatorTool");
    open(out, "pdf:Producer");
    escaped(out, packet.producer);
    close(out, "pdf:Producer");
    open(out, "xmpMM:DocumentID");
    out.extend_from_slice(b"uuid:");
    uuid(out, packet.document_id);
    close(out, "xmpMM:DocumentID");
    out.extend_from_slice(b"</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>");
}

fn open(out: &mut Vec<u8>, name: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.push(b'>');
}

fn close(out: &mut Vec<u8>, name: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b">\n");
}

fn uuid(out: &mut Vec<u8>, id: [u8; 16]) {
    for (index, byte) in id.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        emit::hex(out, &[*byte]);
    }
}

/// Text between tags. Characters that XML 1.0 cannot hold at all become U+FFFD: they say that something was
/// there, and the packet stays readable.
fn escaped(out: &mut Vec<u8>, text: &str) {
    let mut buffer = [0; 4];
    for c in text.chars() {
        match c {
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '&' => out.extend_from_slice(b"&amp;"),
            '\r' => out.extend_from_slice(b"&#xD;"),
            '\t' | '\n' => out.push(c as u8),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.extend_from_slice("\u{FFFD}".as_bytes()),
            _ => out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes()),
        }
    }
}
