package dev.rialto.secondfactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import dev.rialto.kernel.Settings;
import dev.rialto.kernel.SetupException;
import dev.rialto.secondfactor.Totp.Algorithm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTest {
    private static final Totp SIX_DIGITS = new Totp(Algorithm.SHA1, 6, Duration.ofSeconds(30));

    /// Appendix B of RFC 6238, whose secrets are these digits up to the length of the hash.
    @ParameterizedTest
    @CsvSource({
        "59, SHA1, 94287082",
        "59, SHA256, 46119246",
        "59, SHA512, 90693936",
        "1111111109, SHA1, 07081804",
        "1111111109, SHA256, 68084774",
        "1111111109, SHA512, 25091201",
        "1111111111, SHA1, 14050471",
        "1111111111, SHA256, 67062674",
        "1111111111, SHA512, 99943326",
        "1234567890, SHA1, 89005924",
        "1234567890, SHA256, 91819424",
        "1234567890, SHA512, 93441116",
        "2000000000, SHA1, 69279037",
        "2000000000, SHA256, 90698825",
        "2000000000, SHA512, 38618901",
        "20000000000, SHA1, 65353130",
        "20000000000, SHA256, 77737706",
        "20000000000, SHA512, 47863826",
    })
    void computesTheCodesOfTheStandard(long time, Algorithm algorithm, String code) {
        int length =
                switch (algorithm) {
                    case SHA1 -> 20;
                    case SHA256 -> 32;
                    case SHA512 -> 64;
                };
        byte[] secret =
                "1234567890".repeat(7).substring(0, length).getBytes(StandardCharsets.UTF_8);

        var codes = new Totp(algorithm, 8, Duration.ofSeconds(30));

        assertThat(codes.code(secret, time / 30)).isEqualTo(code);
        assertThat(codes.step(secret, code, Instant.ofEpochSecond(time))).hasValue(time / 30);
    }

    @Test
    void acceptsCodesOfOneStepBeforeAndAfter() {
        byte[] secret = {1, 2, 3};
        Instant now = Instant.ofEpochSecond(1000 * 30 + 29);

        for (int step = 998; step <= 1002; step++) {
            boolean near = Math.abs(step - 1000) <= 1;
            assertThat(SIX_DIGITS.step(secret, SIX_DIGITS.code(secret, step), now).isPresent())
                    .isEqualTo(near);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "f, MY", "fo, MZXQ", "foo, MZXW6", "foob, MZXW6YQ", "foobar, MZXW6YTBOI"})
    void writesBase32(String text, String encoded) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(Base32.encode(bytes)).isEqualTo(encoded);
        assertThat(Base32.decode(encoded.toLowerCase(java.util.Locale.ROOT) + "=")).hasValue(bytes);
        assertThat(Base32.decode(encoded + "1")).isEmpty();
    }

    @Test
    void drawsAQrCodeThatReadersUnderstand() throws Exception {
        String address =
                new KeyAddress("Ada & Co: 店", "ada@example.com", "MZXW6YTBOI", SIX_DIGITS)
                        .toString();

        String svg = QrCode.svg(address);

        assertThat(read(svg)).isEqualTo(address);
        assertThat(address)
                .isEqualTo(
                        "otpauth://totp/Ada%20%26%20Co%20%20%E5%BA%97:ada%40example.com"
                                + "?secret=MZXW6YTBOI&issuer=Ada%20%26%20Co%20%20%E5%BA%97"
                                + "&algorithm=SHA1&digits=6&period=30");
    }

    private static String read(String svg) throws Exception {
        int scale = 4;
        int size =
                Integer.parseInt(
                        Pattern.compile("viewBox=\"0 0 (\\d+)")
                                .matcher(svg)
                                .results()
                                .findFirst()
                                .orElseThrow()
                                .group(1));
        int[] pixels = new int[size * size * scale * scale];
        Arrays.fill(pixels, 0xffffff);
        Pattern.compile("M(\\d+) (\\d+)h1")
                .matcher(svg)
                .results()
                .forEach(each -> fill(pixels, size * scale, scale, each));
        return new QRCodeReader()
                .decode(
                        new BinaryBitmap(
                                new HybridBinarizer(
                                        new RGBLuminanceSource(
                                                size * scale, size * scale, pixels))))
                .getText();
    }

    private static void fill(int[] pixels, int width, int scale, MatchResult module) {
        int left = Integer.parseInt(module.group(1)) * scale;
        int top = Integer.parseInt(module.group(2)) * scale;
        for (int y = top; y < top + scale; y++) {
            Arrays.fill(pixels, y * width + left, y * width + left + scale, 0);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "second-factor.options, totp-and-sms",
        "second-factor.digits, 3",
        "second-factor.period, 1500ms",
        "second-factor.algorithm, md5",
        "second-factor.step-up, objects",
    })
    void rejectsSettingsThatAreNotValid(String key, String value) {
        var in = new Settings(Map.of(key, value), Map.of(), Map.of());
        SecondFactorSettings.read(in);

        assertThatThrownBy(in::finish).isInstanceOf(SetupException.class).hasMessageContaining(key);
    }

    @ParameterizedTest
    @CsvSource({
        "*, objects.get, true",
        "objects.*, objects.get, true",
        "objects.*, objects-of-art.get, false",
        "objects.get, objects.get, true",
        "objects.get, objects.get-all, false",
    })
    void matchesOperations(String pattern, String operation, boolean matches) {
        assertThat(new OperationPattern(pattern).matches(operation)).isEqualTo(matches);
    }
}
