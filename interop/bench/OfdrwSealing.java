import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.ofdrw.gm.ses.v1.SES_ESPictrueInfo;
import org.ofdrw.gm.ses.v1.SES_Header;
import org.ofdrw.gm.ses.v4.CertInfoList;
import org.ofdrw.gm.ses.v4.SESeal;
import org.ofdrw.gm.ses.v4.SES_CertList;
import org.ofdrw.gm.ses.v4.SES_ESPropertyInfo;
import org.ofdrw.gm.ses.v4.SES_SealInfo;
import org.ofdrw.gm.ses.v4.SES_Signature;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.NumberFormatAtomicSignID;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;

/**
 * OFDRW: a seal of GB/T 38540 (version 4) over a package without one, whole document protected, with an SM2 key in
 * software. The picture is that of the seal on the copy of ours. Arguments: the package, our signature's value, key and
 * certificate (PEM), seconds, where the last file goes.
 */
final class OfdrwSealing {
    private static final byte[] MESSAGE = new byte[171];

    private final byte[] plain;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final SESeal seal;

    private OfdrwSealing(byte[] plain, byte[] ours, Path keyFile, Path certificateFile) throws Exception {
        this.plain = plain;
        try (Reader in = Files.newBufferedReader(keyFile);
                PEMParser parser = new PEMParser(in)) {
            key = new JcaPEMKeyConverter().setProvider("BC").getPrivateKey((PrivateKeyInfo) parser.readObject());
        }
        byte[] pem = Files.readAllBytes(certificateFile);
        CertificateFactory factory = CertificateFactory.getInstance("X.509", "BC");
        certificate = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(pem));
        seal = seal(SES_Signature.getInstance(ours).getToSign().getEseal().geteSealInfo().getPicture());
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        OfdrwSealing sealing =
                new OfdrwSealing(
                        Files.readAllBytes(Path.of(arguments[0])),
                        Files.readAllBytes(Path.of(arguments[1])),
                        Path.of(arguments[2]),
                        Path.of(arguments[3]));
        Files.write(Path.of(arguments[5]), sealing.sealed());
        Meter.measure(
                Double.parseDouble(arguments[4]),
                () -> sealing.sealed().length,
                () -> sealing.signature(MESSAGE).length);
    }

    private byte[] sealed() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OFDReader reader = new OFDReader(new ByteArrayInputStream(plain));
                OFDSigner signer = new OFDSigner(reader, out, new NumberFormatAtomicSignID())) {
            signer.setSignMode(SignMode.WholeProtected);
            signer.setSignContainer(new SESV4Container(key, seal, certificate));
            signer.addApPos(new NormalStampPos(1, 120, 60, 40, 40));
            signer.exeSign();
        }
        return out.toByteArray();
    }

    private SESeal seal(SES_ESPictrueInfo picture) throws Exception {
        Instant now = Instant.now();
        CertInfoList holders = new CertInfoList();
        holders.add(new DEROctetString(certificate.getEncoded()));
        SES_ESPropertyInfo property =
                new SES_ESPropertyInfo()
                        .setType(new ASN1Integer(1))
                        .setName(new DERUTF8String("测试专用章"))
                        .setCertListType(SES_ESPropertyInfo.CertListType)
                        .setCertList(new SES_CertList(holders))
                        .setCreateDate(new ASN1GeneralizedTime(Date.from(now)))
                        .setValidStart(new ASN1GeneralizedTime(Date.from(now.minus(1, ChronoUnit.DAYS))))
                        .setValidEnd(new ASN1GeneralizedTime(Date.from(now.plus(30, ChronoUnit.DAYS))));
        SES_SealInfo info =
                new SES_SealInfo()
                        .setHeader(new SES_Header().setVersion(SES_Header.V4).setVid("bench"))
                        .setEsID("50011200000001")
                        .setProperty(property)
                        .setPicture(picture);
        return new SESeal()
                .seteSealInfo(info)
                .setCert(certificate)
                .setSignAlgID(GMObjectIdentifiers.sm2sign_with_sm3)
                .setSignedValue(signature(info.getEncoded("DER")));
    }

    private byte[] signature(byte[] message) throws Exception {
        Signature signer = Signature.getInstance("SM3withSm2", "BC");
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }
}
