import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.ofdrw.converter.ImageMaker;
import org.ofdrw.converter.export.PDFExporterPDFBox;
import org.ofdrw.core.signatures.SigType;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.SignedDataValidateContainer;
import org.ofdrw.sign.verify.container.GBT35275ValidateContainer;
import org.ofdrw.sign.verify.container.SESV1ValidateContainer;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/**
 * OFDRW: is each package's seal right, and can it be drawn? Arguments: a folder for what it draws (`NAME.png`, at 150
 * dots an inch, and `NAME.pdf`), then the files.
 */
final class Ofdrw {
    private static final double DOTS_A_MILLIMETRE = 150 / 25.4;

    private Ofdrw() {}

    public static void main(String[] arguments) {
        Path drawn = Path.of(arguments[0]);
        for (String file : Arrays.asList(arguments).subList(1, arguments.length)) {
            judge(Path.of(file), drawn);
        }
    }

    private static void judge(Path file, Path drawn) {
        Opinion opinion = new Opinion("OFDRW", file);
        try (OFDReader reader = new OFDReader(file)) {
            if (reader.hasSignature()) {
                verify(opinion, file);
            } else {
                opinion.object("no signature");
            }
            opinion.fact("pages", reader.getNumberOfPages());
            opinion.fact("stamps", reader.getStampAnnots().size());
            BufferedImage page = new ImageMaker(reader, DOTS_A_MILLIMETRE).makePage(0);
            ImageIO.write(page, "png", drawn.resolve(file.getFileName() + ".png").toFile());
            try (PDFExporterPDFBox exporter = new PDFExporterPDFBox(file, drawn.resolve(file.getFileName() + ".pdf"))) {
                exporter.export();
            }
        } catch (Exception | LinkageError | StackOverflowError error) {
            opinion.object(error.toString());
        }
        opinion.say();
    }

    /** With a reader of its own: the validator closes it, and its unpacked files are gone then. */
    private static void verify(Opinion opinion, Path file) throws Exception {
        try (OFDReader reader = new OFDReader(file);
                OFDValidator validator = new OFDValidator(reader)) {
            opinion.fact("signatures", reader.getDefaultSignatures().getSignatures().size());
            validator.setValidator(Ofdrw::whichever).exeValidate();
        }
    }

    /** OFDRW wants to be told the form of the signed value; files do not say it, so that their structure is asked. */
    private static void whichever(SigType type, String algorithm, byte[] content, byte[] value)
            throws IOException, GeneralSecurityException {
        form(value).validate(type, algorithm, content, value);
    }

    private static SignedDataValidateContainer form(byte[] value) {
        ASN1Sequence sequence = ASN1Sequence.getInstance(value);
        if (sequence.getObjectAt(0) instanceof ASN1ObjectIdentifier) {
            return new GBT35275ValidateContainer();
        }
        return sequence.size() == 2 ? new SESV1ValidateContainer() : new SESV4ValidateContainer();
    }
}
