import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.imageio.ImageIO;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.BigIntegers;
import org.ofdrw.core.signatures.SigType;
import org.ofdrw.gm.ses.v1.SES_ESPictrueInfo;
import org.ofdrw.gm.ses.v1.SES_Header;
import org.ofdrw.gm.ses.v4.CertInfoList;
import org.ofdrw.gm.ses.v4.SES_CertList;
import org.ofdrw.gm.ses.v4.SES_ESPropertyInfo;
import org.ofdrw.gm.ses.v4.SES_SealInfo;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.layout.OFDDoc;
import org.ofdrw.layout.edit.Attachment;
import org.ofdrw.layout.element.Paragraph;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.NumberFormatAtomicSignID;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.DigitalSignContainer;
import org.ofdrw.sign.signContainer.GBT35275DSContainer;
import org.ofdrw.sign.signContainer.SESV1Container;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;

/**
 * Packages of strangers for the corpus `crates/seal/tests/foreign`: each made by OFDRW with keys of its own that nobody keeps.
 * Run by hand where one is to be made anew (`sh interop/java.sh ofd ForeignPackages crates/seal/tests/foreign`), for
 * signatures on SM2 do not repeat.
 */
final class ForeignPackages {
    private static final String TEXT = "PASSED";
    private static final int SIDE = 40;

    private final Path folder;
    private final KeyPair rootKey;
    private final X509Certificate root;
    private int serial = 1;

    private ForeignPackages(Path folder) throws GeneralSecurityException, IOException, OperatorCreationException {
        this.folder = folder;
        rootKey = keyPair();
        root = certificate("CN=外来测试根", rootKey, true);
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
        SESeal seal = seal(makerKey.getPrivate(), maker, signer);
        ExtendSignatureContainer sealing = new SESV4Container(signerKey.getPrivate(), seal, signer);
        sign(plain, "sealed.ofd", sealing, SignMode.WholeProtected, true);
        sign(plain, "sealed-open.ofd", sealing, SignMode.ContinueSign, true);
        sign(folder.resolve("sealed-open.ofd"), "sealed-twice.ofd", sealing, SignMode.ContinueSign, true);
        sign(plain, "raw.ofd", new Raw(sealing), SignMode.WholeProtected, true);
        sign(plain, "not-listed.ofd", new SESV4Container(otherKey.getPrivate(), seal, other),
                SignMode.WholeProtected, true);
        SESeal first = seal(makerKey.getPrivate(), maker, signer);
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

    /** Some vendors write r and s side by side (64 bytes) where the standard's examples have DER. */
    private record Raw(ExtendSignatureContainer inner) implements ExtendSignatureContainer {
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

    /** Puts another seal beside the signature than the one that signed. */
    private record Beside(ExtendSignatureContainer inner, byte[] seal) implements ExtendSignatureContainer {
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
        public byte[] getSeal() {
            return seal;
        }

        @Override
        public SigType getSignType() {
            return inner.getSignType();
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

    private void sign(Path plain, String name, ExtendSignatureContainer container, SignMode mode, boolean stamp)
            throws IOException, GeneralSecurityException {
        try (OFDReader reader = new OFDReader(plain);
                OFDSigner signer = new OFDSigner(reader, folder.resolve(name), new NumberFormatAtomicSignID())) {
            signer.setSignMode(mode);
            signer.setSignContainer(container);
            if (stamp) {
                signer.addApPos(new NormalStampPos(1, 120, 60, SIDE, SIDE));
            }
            signer.exeSign();
        }
    }

    private SESeal seal(PrivateKey makerKey, X509Certificate maker, X509Certificate signer)
            throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        CertInfoList holders = new CertInfoList();
        holders.add(new DEROctetString(signer.getEncoded()));
        SES_ESPropertyInfo property =
                new SES_ESPropertyInfo()
                        .setType(new ASN1Integer(1))
                        .setName(new DERUTF8String("外来测试专用章"))
                        .setCertListType(SES_ESPropertyInfo.CertListType)
                        .setCertList(new SES_CertList(holders))
                        .setCreateDate(new ASN1GeneralizedTime(Date.from(now)))
                        .setValidStart(new ASN1GeneralizedTime(Date.from(now.minus(1, ChronoUnit.DAYS))))
                        .setValidEnd(new ASN1GeneralizedTime(Date.from(now.plus(3650, ChronoUnit.DAYS))));
        SES_ESPictrueInfo picture =
                new SES_ESPictrueInfo().setType("PNG").setData(picture()).setWidth(SIDE).setHeight(SIDE);
        SES_SealInfo info =
                new SES_SealInfo()
                        .setHeader(new SES_Header().setVersion(SES_Header.V4).setVid("ofdrw"))
                        .setEsID("50011200000001")
                        .setProperty(property)
                        .setPicture(picture);
        Signature signature = Signature.getInstance("SM3withSm2", new BouncyCastleProvider());
        signature.initSign(makerKey);
        signature.update(info.getEncoded("DER"));
        return new SESeal()
                .seteSealInfo(info)
                .setCert(maker)
                .setSignAlgID(GMObjectIdentifiers.sm2sign_with_sm3)
                .setSignedValue(signature.sign());
    }

    /** A red ring on nothing. */
    private static byte[] picture() throws IOException {
        BufferedImage image = new BufferedImage(60, 60, BufferedImage.TYPE_INT_ARGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(0xD1, 0x1A, 0x1F));
        pen.setStroke(new BasicStroke(3));
        pen.drawOval(3, 3, 54, 54);
        pen.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
        generator.initialize(new ECGenParameterSpec("sm2p256v1"));
        return generator.generateKeyPair();
    }

    private X509Certificate certificate(String subject, KeyPair key, boolean authority)
            throws GeneralSecurityException, IOException, OperatorCreationException {
        Instant now = Instant.now();
        X500Name issuer = new X500Name(authority ? subject : root.getSubjectX500Principal().getName());
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        issuer,
                        BigInteger.valueOf(serial++),
                        Date.from(now.minus(2, ChronoUnit.DAYS)),
                        Date.from(now.plus(3650, ChronoUnit.DAYS)),
                        new X500Name(subject),
                        key.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
        int usage = authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(usage));
        JcaContentSignerBuilder signer =
                new JcaContentSignerBuilder("SM3withSM2").setProvider(new BouncyCastleProvider());
        return new JcaX509CertificateConverter()
                .setProvider(new BouncyCastleProvider())
                .getCertificate(builder.build(signer.build(rootKey.getPrivate())));
    }
}
