// org.bouncycastle:bcprov-jdk18on:1.81
// ["741efa31","4fc3b7ea",true,60]
package app;

import org.bouncycastle.crypto.digests.*;
import org.bouncycastle.crypto.generators.*;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.*;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.util.encoders.Hex;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        byte[] text = "x".getBytes("UTF-8");
        var digest = new SHA3Digest(256);
        digest.update(text, 0, 1);
        byte[] hash = new byte[32];
        digest.doFinal(hash, 0);
        var mac = new HMac(new SHA256Digest());
        mac.init(new KeyParameter("key".getBytes("UTF-8")));
        mac.update(text, 0, 1);
        byte[] code = new byte[32];
        mac.doFinal(code, 0);
        var key = new Ed25519PrivateKeyParameters(new byte[32], 0);
        var signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(text, 0, 1);
        byte[] signature = signer.generateSignature();
        var verifier = new Ed25519Signer();
        verifier.init(false, key.generatePublicKey());
        verifier.update(text, 0, 1);
        return List.of(
                Hex.toHexString(hash).substring(0, 8),
                Hex.toHexString(code).substring(0, 8),
                verifier.verifySignature(signature),
                OpenBSDBCrypt.generate("pass".toCharArray(), new byte[16], 4).length());
    }
}
