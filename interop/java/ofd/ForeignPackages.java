import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.BigIntegers;
import org.ofdrw.core.signatures.SigType;
import org.ofdrw.gm.ses.v1.SES_ESPictrueInfo;
import org.ofdrw.gm.ses.v1.SES_Header;
import org.ofdrw.gm.ses.v4.SES_ESPropertyInfo;
import org.ofdrw.gm.ses.v4.SES_SealInfo;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.edit.Attachment;
import org.ofdrw.layout.element.Paragraph;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.DigitalSignContainer;
import org.ofdrw.sign.signContainer.GBT35275DSContainer;
import org.ofdrw.sign.signContainer.SESV1Container;
import org.ofdrw.sign.signContainer.SESV4Container;

/**
 * Packages of strangers for the corpus `crates/seal/tests/foreign`: each made by OFDRW with keys of its own that nobody keeps.
 * Run by hand where one is to be made anew (`sh interop/java.sh ofd ForeignPackages crates/seal/tests/foreign`), for
 * signatures on SM2 do not repeat.
 */
final class ForeignPackages extends Stranger {
    private static final String TEXT = "PASSED";

    private ForeignPackages(Path folder) throws GeneralSecurityException, IOException, OperatorCreationException {
        super(folder, "外来测试根");
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        new ForeignPackages(folder).make();
    }

    private void make() throws Exception {
        Path plain = folder.resolve("unsigned.ofd");
        try (OFDDoc document = new OFDDoc(plain)) {
            document.add(new Paragraph(TEXT, 8d));
        }
        KeyPair makerKey = keyPair();
        X509Certificate maker = certificate("CN=外来制章者", makerKey, false);
        KeyPair signerKey = keyPair();
        X509Certificate signer = certificate("CN=外来测试专用章", signerKey, false);
        KeyPair otherKey = keyPair();
        X509Certificate other = certificate("CN=未列入者", otherKey, false);
        SESeal seal = seal("外来测试专用章", makerKey.getPrivate(), maker, signer);
        ExtendSignatureContainer sealing = new SESV4Container(signerKey.getPrivate(), seal, signer);
        sign(plain, "sealed.ofd", sealing, SignMode.WholeProtected, true);
        sign(plain, "sealed-open.ofd", sealing, SignMode.ContinueSign, true);
        sign(folder.resolve("sealed-open.ofd"), "sealed-twice.ofd", sealing, SignMode.ContinueSign, true);
        sign(plain, "raw.ofd", new Raw(sealing), SignMode.WholeProtected, true);
        sign(plain, "not-listed.ofd", new SESV4Container(otherKey.getPrivate(), seal, other),
                SignMode.WholeProtected, true);
        SESeal first = seal("外来测试专用章", makerKey.getPrivate(), maker, signer);
        sign(plain, "seal-differs.ofd", new Beside(sealing, first.getEncoded("DER")), SignMode.WholeProtected, true);
        sign(plain, "signed.ofd", new GBT35275DSContainer(signer, signerKey.getPrivate()),
                SignMode.WholeProtected, false);
        sign(plain, "bare.ofd", new DigitalSignContainer(signerKey.getPrivate()), SignMode.WholeProtected, false);
        sign(plain, "first-version.ofd",
                new SESV1Container(signerKey.getPrivate(), firstVersion(makerKey.getPrivate(), maker, signer), signer),
                SignMode.WholeProtected, true);
        Path kept = folder.resolve("kept-unsigned.ofd");
        Files.copy(plain, kept);
        try (FileSystem parts = FileSystems.newFileSystem(kept)) {
            Files.createDirectory(parts.getPath("Doc_0/Earlier"));
            Files.writeString(parts.getPath("Doc_0/Earlier/Signature.xml"), "<Signature>" + TEXT + "</Signature>");
        }
        sign(kept, "signature-unlisted.ofd", sealing, SignMode.WholeProtected, true);
        Files.delete(kept);
        Path attached = folder.resolve("attached-unsigned.ofd");
        try (OFDDoc document = new OFDDoc(attached)) {
            document.add(new Paragraph(TEXT, 8d));
            Path note = Files.writeString(folder.resolve("note.txt"), TEXT);
            document.addAttachment(new Attachment("note", note));
        }
        sign(attached, "attached.ofd", sealing, SignMode.WholeProtected, true);
        Files.delete(attached);
        Files.delete(folder.resolve("note.txt"));
    }

    /** A container as OFDRW has it, for those who do one thing otherwise. */
    private static class Around implements ExtendSignatureContainer {
        final ExtendSignatureContainer inner;

        Around(ExtendSignatureContainer inner) {
            this.inner = inner;
        }

        @Override
        public byte[] sign(InputStream data, String path) throws IOException, GeneralSecurityException {
            return inner.sign(data, path);
        }

        @Override
        public MessageDigest getDigestFnc() {
            return inner.getDigestFnc();
        }

        @Override
        public ASN1ObjectIdentifier getSignAlgOID() {
            return inner.getSignAlgOID();
        }

        @Override
        public byte[] getSeal() throws IOException {
            return inner.getSeal();
        }

        @Override
        public SigType getSignType() {
            return inner.getSignType();
        }
    }

    /** Some vendors write r and s side by side (64 bytes) where the standard's examples have DER. */
    private static final class Raw extends Around {
        Raw(ExtendSignatureContainer inner) {
            super(inner);
        }

        @Override
        public byte[] sign(InputStream data, String path) throws IOException, GeneralSecurityException {
            ASN1Sequence parts = ASN1Sequence.getInstance(inner.sign(data, path));
            ASN1EncodableVector changed = new ASN1EncodableVector();
            for (int at = 0; at < parts.size(); at++) {
                changed.add(at == 3 ? new DERBitString(raw(parts.getObjectAt(at))) : parts.getObjectAt(at));
            }
            return new DERSequence(changed).getEncoded("DER");
        }

        private static byte[] raw(ASN1Encodable value) {
            ASN1Sequence numbers = ASN1Sequence.getInstance(DERBitString.getInstance(value).getOctets());
            byte[] out = new byte[64];
            for (int at = 0; at < 2; at++) {
                byte[] number = BigIntegers.asUnsignedByteArray(
                        32, ASN1Integer.getInstance(numbers.getObjectAt(at)).getValue());
                System.arraycopy(number, 0, out, 32 * at, 32);
            }
            return out;
        }
    }

    /** Puts another seal beside the signature than the one that signed. */
    private static final class Beside extends Around {
        private final byte[] seal;

        Beside(ExtendSignatureContainer inner, byte[] seal) {
            super(inner);
            this.seal = seal;
        }

        @Override
        public byte[] getSeal() {
            return seal;
        }
    }

    /** GM/T 0031-2014: the maker signs what the seal says with its certificate and algorithm. */
    private static org.ofdrw.gm.ses.v1.SESeal firstVersion(
            PrivateKey makerKey, X509Certificate maker, X509Certificate signer)
            throws GeneralSecurityException, IOException {
        Date now = new Date();
        Date end = Date.from(now.toInstant().plus(3650, ChronoUnit.DAYS));
        org.ofdrw.gm.ses.v1.SES_ESPropertyInfo property =
                new org.ofdrw.gm.ses.v1.SES_ESPropertyInfo()
                        .setType(1)
                        .setName("外来测试专用章")
                        .setCertList(new DERSequence(new DEROctetString(signer.getEncoded())))
                        .setCreateDate(new ASN1UTCTime(now))
                        .setValidStart(new ASN1UTCTime(now))
                        .setValidEnd(new ASN1UTCTime(end));
        org.ofdrw.gm.ses.v1.SES_SealInfo info =
                new org.ofdrw.gm.ses.v1.SES_SealInfo()
                        .setHeader(new SES_Header(new ASN1Integer(1), new DERIA5String("ofdrw")))
                        .setEsID("50011200000002")
                        .setProperty(property)
                        .setPicture(
                                new SES_ESPictrueInfo().setType("PNG").setData(picture()).setWidth(SIDE).setHeight(SIDE));
        DEROctetString by = new DEROctetString(maker.getEncoded());
        ASN1EncodableVector signed = new ASN1EncodableVector();
        signed.add(info);
        signed.add(by);
        signed.add(GMObjectIdentifiers.sm2sign_with_sm3);
        Signature signature = Signature.getInstance("SM3withSm2", new BouncyCastleProvider());
        signature.initSign(makerKey);
        signature.update(new DERSequence(signed).getEncoded("DER"));
        org.ofdrw.gm.ses.v1.SES_SignInfo proof =
                new org.ofdrw.gm.ses.v1.SES_SignInfo(
                        by, GMObjectIdentifiers.sm2sign_with_sm3, new DERBitString(signature.sign()));
        return new org.ofdrw.gm.ses.v1.SESeal(info, proof);
    }
}
