import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import javax.imageio.ImageIO;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
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
import org.ofdrw.gm.ses.v1.SES_ESPictrueInfo;
import org.ofdrw.gm.ses.v1.SES_Header;
import org.ofdrw.gm.ses.v4.CertInfoList;
import org.ofdrw.gm.ses.v4.SES_CertList;
import org.ofdrw.gm.ses.v4.SES_ESPropertyInfo;
import org.ofdrw.gm.ses.v4.SES_SealInfo;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.NumberFormatAtomicSignID;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.stamppos.NormalStampPos;

/**
 * Somebody who makes and seals packages with OFDRW and is none of ours: a root that he drew himself, keys that nobody
 * keeps, and a seal (GB/T 38540) whose maker and owner lead to that root.
 */
class Stranger {
    static final int SIDE = 40;

    final Path folder;
    final X509Certificate root;
    private final KeyPair rootKey;
    private int serial = 1;

    Stranger(Path folder, String name) throws GeneralSecurityException, IOException, OperatorCreationException {
        this.folder = folder;
        rootKey = keyPair();
        root = certificate("CN=" + name, rootKey, true);
    }

    void sign(Path plain, String name, ExtendSignatureContainer container, SignMode mode, boolean stamp)
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

    SESeal seal(String name, PrivateKey makerKey, X509Certificate maker, X509Certificate signer)
            throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        CertInfoList holders = new CertInfoList();
        holders.add(new DEROctetString(signer.getEncoded()));
        SES_ESPropertyInfo property =
                new SES_ESPropertyInfo()
                        .setType(new ASN1Integer(1))
                        .setName(new DERUTF8String(name))
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
    static byte[] picture() throws IOException {
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

    static KeyPair keyPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
        generator.initialize(new ECGenParameterSpec("sm2p256v1"));
        return generator.generateKeyPair();
    }

    X509Certificate certificate(String subject, KeyPair key, boolean authority)
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
