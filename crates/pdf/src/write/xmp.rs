//! The metadata packet (ISO 16684-1): what PDF 2.0 and PDF/A want in place of the Info dictionary. It claims PDF/A-2a
//! (ISO 19005-2) and PDF/UA-1 (ISO 14289-1); veraPDF is the judge of both. The schema of the latter's claim
//! is the only one that PDF/A-2 does not know by itself, so it is described (ISO 19005-2, 6.6.2.3).
//!
//! In two pieces: what all copies of a plate say, and what is each copy's own, so that the first is hashed once.

use super::PdfDate;
use super::emit;

/// What all copies say.
pub(super) struct Origin<'a> {
    pub(super) author: &'a str,
    pub(super) producer: &'a str,
    pub(super) language: &'a str,
}

/// What one copy says.
pub(super) struct Description<'a> {
    pub(super) title: &'a str,
    pub(super) subject: &'a str,
    pub(super) created: PdfDate,
    pub(super) document_id: [u8; 16],
}

const BEGINNING: &str = concat!(
    "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">",
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n",
    "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\"",
    " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\"",
    " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">",
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">",
    "<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>",
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>",
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>",
    "<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">",
    "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>",
    "<pdfaProperty:category>internal</pdfaProperty:category>",
    "<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>",
    "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>\n",
    "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"",
    " xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"",
    " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"",
    " xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\">\n",
    "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
    "<pdfuaid:part>1</pdfuaid:part>\n",
    "<dc:format>application/pdf</dc:format>\n<dc:creator><rdf:Seq><rdf:li>",
);

/// The beginning of the packet.
pub(super) fn begin(out: &mut Vec<u8>, origin: &Origin) {
    out.extend_from_slice(BEGINNING.as_bytes());
    escaped(out, origin.author);
    out.extend_from_slice(b"</rdf:li></rdf:Seq></dc:creator>\n<dc:language><rdf:Bag><rdf:li>");
    escaped(out, origin.language);
    out.extend_from_slice(b"</rdf:li></rdf:Bag></dc:language>\n");
    for name in ["xmp:CreatorTool", "pdf:Producer"] {
        open(out, name);
        escaped(out, origin.producer);
        close(out, name);
    }
}

/// The rest of it.
pub(super) fn end(out: &mut Vec<u8>, description: &Description) {
    out.extend_from_slice(b"<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">");
    escaped(out, description.title);
    out.extend_from_slice(b"</rdf:li></rdf:Alt></dc:title>\n");
    if !description.subject.is_empty() {
        out.extend_from_slice(b"<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">");
        escaped(out, description.subject);
        out.extend_from_slice(b"</rdf:li></rdf:Alt></dc:description>\n");
    }
    for name in ["xmp:CreateDate", "xmp:ModifyDate"] {
        open(out, name);
        description.created.push_iso(out);
        close(out, name);
    }
    open(out, "xmpMM:DocumentID");
    out.extend_from_slice(b"uuid:");
    uuid(out, description.document_id);
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
