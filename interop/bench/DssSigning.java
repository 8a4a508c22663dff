import eu.europa.esig.dss.enumerations.CertificationPermission;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Date;

/**
 * EU DSS: PAdES BASELINE-B over a PDF in memory, with a P-256 key in software. Arguments: the PDF, the PKCS#12 file with
 * the key (password `bench`), seconds, where the last file goes.
 */
final class DssSigning {
    private static final char[] PASSWORD = "bench".toCharArray();
    /** What a copy's signature is over: its signed attributes. */
    private static final byte[] MESSAGE = new byte[171];

    private final byte[] pdf;
    private final PrivateKey key;
    private final CertificateToken certificate;
    private final PAdESService service = new PAdESService(new CommonCertificateVerifier());

    private DssSigning(byte[] pdf, KeyStore store) throws Exception {
        this.pdf = pdf;
        key = (PrivateKey) store.getKey("bench", PASSWORD);
        certificate = new CertificateToken((X509Certificate) store.getCertificate("bench"));
    }

    public static void main(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(arguments[1]))) {
            store.load(in, PASSWORD);
        }
        DssSigning signing = new DssSigning(Files.readAllBytes(Path.of(arguments[0])), store);
        Files.write(Path.of(arguments[3]), DSSUtils.toByteArray(signing.signed()));
        Meter.measure(
                Double.parseDouble(arguments[2]),
                () -> DSSUtils.toByteArray(signing.signed()).length,
                () -> signing.signature(MESSAGE).length);
    }

    private DSSDocument signed() throws Exception {
        DSSDocument document = new InMemoryDocument(pdf);
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(SignatureLevel.PAdES_BASELINE_B);
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(certificate);
        parameters.setPermission(CertificationPermission.NO_CHANGE_PERMITTED);
        parameters.bLevel().setSigningDate(new Date());
        byte[] message = service.getDataToSign(document, parameters).getBytes();
        SignatureValue value = new SignatureValue(SignatureAlgorithm.ECDSA_SHA256, signature(message));
        return service.signDocument(document, parameters, value);
    }

    private byte[] signature(byte[] message) throws Exception {
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }
}
