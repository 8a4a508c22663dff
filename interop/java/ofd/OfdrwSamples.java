import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Base64;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.element.Paragraph;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.GBT35275DSContainer;
import org.ofdrw.sign.signContainer.SESV4Container;

/**
 * Packages that OFDRW made and sealed with keys of its own, for our verifier: `sealed.ofd` (GB/T 38540),
 * `sealed-open.ofd` (more signatures may follow), `signed.ofd` (GB/T 35275, without a seal), and `trust/root.pem`, to
 * which all certificates lead; with a manifest as `yinxin samples` writes it.
 * Argument: the folder.
 */
final class OfdrwSamples extends Stranger {
    private static final String TEXT = "别家所制 made by others";

    private OfdrwSamples(Path folder) throws GeneralSecurityException, IOException, OperatorCreationException {
        super(folder, "OFDRW 测试根");
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        new OfdrwSamples(folder).make();
    }

    private void make() throws Exception {
        String armoured = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(root.getEncoded());
        Files.createDirectories(folder.resolve("trust"));
        Files.writeString(
                folder.resolve("trust/root.pem"),
                "-----BEGIN CERTIFICATE-----\n" + armoured + "\n-----END CERTIFICATE-----\n");
        Path plain = folder.resolve("unsigned.ofd");
        try (OFDDoc document = new OFDDoc(plain)) {
            document.add(new Paragraph(TEXT, 8d));
        }
        KeyPair makerKey = keyPair();
        X509Certificate maker = certificate("CN=OFDRW 制章者", makerKey, false);
        KeyPair signerKey = keyPair();
        X509Certificate signer = certificate("CN=OFDRW 测试专用章", signerKey, false);
        SESeal seal = seal("OFDRW 测试专用章", makerKey.getPrivate(), maker, signer);
        ExtendSignatureContainer sealing = new SESV4Container(signerKey.getPrivate(), seal, signer);
        sign(plain, "sealed.ofd", sealing, SignMode.WholeProtected, true);
        sign(plain, "sealed-open.ofd", sealing, SignMode.ContinueSign, true);
        ExtendSignatureContainer signing = new GBT35275DSContainer(signer, signerKey.getPrivate());
        sign(plain, "signed.ofd", signing, SignMode.WholeProtected, false);
        Files.delete(plain);
        list("sealed", "sealed-open", "signed");
    }

    private void list(String... names) throws IOException {
        StringBuilder samples = new StringBuilder();
        for (String name : names) {
            samples.append(samples.length() == 0 ? "" : ",\n")
                    .append("{\"file\":\"").append(name).append(".ofd\",\"format\":\"ofd\",\"level\":\"").append(name)
                    .append("\",\"template\":\"ofdrw\",\"seal\":\"ofdrw\",\"case\":\"").append(name)
                    .append("\",\"fields\":[],\"qr\":\"\"}");
        }
        Files.writeString(folder.resolve("manifest.json"), "{\"samples\":[" + samples + "]}\n");
    }
}
