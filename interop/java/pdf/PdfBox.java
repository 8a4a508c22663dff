import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdfparser.PDFParser;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;

/**
 * Apache PDFBox with Bouncy Castle: does each file load without repairs, draw and give its text, and are its signatures
 * mathematically right? It knows no trust, and does not mind what follows a signature.
 */
final class PdfBox {
    private PdfBox() {}

    public static void main(String[] files) {
        for (String file : files) {
            judge(Path.of(file));
        }
    }

    private static void judge(Path file) {
        Opinion opinion = new Opinion("PDFBox", file);
        try {
            byte[] bytes = Files.readAllBytes(file);
            // Not lenient: the parser may repair nothing.
            try (PDDocument document = new PDFParser(new RandomAccessReadBuffer(bytes)).parse(false)) {
                opinion.fact("pages", document.getNumberOfPages());
                opinion.fact("text", new PDFTextStripper().getText(document));
                new PDFRenderer(document).renderImageWithDPI(0, 72);
                List<PDSignature> signatures = document.getSignatureDictionaries();
                if (signatures.isEmpty()) {
                    opinion.object("no signature");
                }
                for (PDSignature signature : signatures) {
                    check(opinion, signature, bytes);
                }
            }
        } catch (Exception error) {
            opinion.object(error.toString());
        }
        opinion.say();
    }

    private static void check(Opinion opinion, PDSignature signature, byte[] file) throws Exception {
        opinion.fact("sub_filter", signature.getSubFilter());
        byte[] content = signature.getSignedContent(file);
        byte[] cms = signature.getContents(file);
        if ("ETSI.RFC3161".equals(signature.getSubFilter())) {
            return;
        }
        CMSSignedData signed = new CMSSignedData(new CMSProcessableByteArray(content), new ByteArrayInputStream(cms));
        for (SignerInformation signer : signed.getSignerInfos()) {
            @SuppressWarnings("unchecked")
            X509CertificateHolder holder =
                    (X509CertificateHolder) signed.getCertificates().getMatches(signer.getSID()).iterator().next();
            X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(holder);
            if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate))) {
                opinion.object("the signature does not verify");
            }
        }
    }
}
