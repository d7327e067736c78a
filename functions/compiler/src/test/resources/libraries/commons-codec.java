// commons-codec:commons-codec:1.18.0
// ["01ab","aGVsbG8=","NBSWY3DP","2d711642","9dd4e461268c8034f5c8564e155c67a6","4fc3b7ea","R163","0MPS","XMT","a+b%26c",1050319643]
package app;

import org.apache.commons.codec.binary.*;
import org.apache.commons.codec.digest.*;
import org.apache.commons.codec.language.*;
import org.apache.commons.codec.net.URLCodec;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                Hex.encodeHexString(new byte[] {1, (byte) 0xAB}),
                Base64.encodeBase64String("hello".getBytes("UTF-8")),
                new Base32().encodeAsString("hello".getBytes("UTF-8")),
                DigestUtils.sha256Hex("x").substring(0, 8),
                DigestUtils.md5Hex("x"),
                new HmacUtils(HmacAlgorithms.HMAC_SHA_256, "key").hmacHex("x").substring(0, 8),
                new Soundex().encode("Robert"),
                new Metaphone().metaphone("Thompson"),
                new DoubleMetaphone().doubleMetaphone("Schmidt"),
                new URLCodec().encode("a b&c"),
                MurmurHash3.hash32x86("x".getBytes("UTF-8")));
    }
}
