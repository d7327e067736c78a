package dev.rialto.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
    private static byte[] key(int fill) {
        byte[] key = new byte[SecretBox.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    @Test
    void opensWhatItSealedForTheSamePurposeOnly() {
        var box = new SecretBox(List.of(key(1)));
        byte[] sealed = box.seal("s3cret ✓", "mail");

        assertThat(box.open(sealed, "mail")).contains("s3cret ✓");
        assertThat(box.open(sealed, "hooks")).isEmpty();
        assertThat(box.seal("s3cret ✓", "mail")).isNotEqualTo(sealed);
        assertThat(new SecretBox(List.of(key(2))).open(sealed, "mail")).isEmpty();
    }

    @Test
    void opensNothingThatWasChanged() {
        var box = new SecretBox(List.of(key(1)));
        byte[] sealed = box.seal("secret", "mail");
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertThat(box.open(changed, "mail")).as("byte %d", at).isEmpty();
        }
        assertThat(box.open(Arrays.copyOf(sealed, 10), "mail")).isEmpty();
        assertThat(box.open(new byte[0], "mail")).isEmpty();
    }

    @Test
    void opensWithFormerKeysAndSealsWithTheNewest() {
        byte[] old = new SecretBox(List.of(key(1))).seal("secret", "mail");
        var rotated = new SecretBox(List.of(key(2), key(1)));

        assertThat(rotated.open(old, "mail")).contains("secret");
        byte[] fresh = rotated.seal("secret", "mail");
        assertThat(new SecretBox(List.of(key(2))).open(fresh, "mail")).contains("secret");
        assertThat(new SecretBox(List.of(key(1))).open(fresh, "mail")).isEmpty();
    }

    @Test
    void authenticatesForOnePurposeWithEveryKey() {
        var box = new SecretBox(List.of(key(1)));
        String mac = box.macs("417305", "codes").getFirst();

        assertThat(mac).matches("[0-9a-f]{64}").isEqualTo(box.macs("417305", "codes").getFirst());
        assertThat(box.macs("417306", "codes")).doesNotContain(mac);
        assertThat(box.macs("417305", "captcha")).doesNotContain(mac);
        assertThat(new SecretBox(List.of(key(2))).macs("417305", "codes")).doesNotContain(mac);
        assertThat(new SecretBox(List.of(key(2), key(1))).macs("417305", "codes"))
                .hasSize(2)
                .contains(mac);
    }

    @Test
    void takesKeysOf32BytesOnlyAndShowsNone() {
        assertThatThrownBy(() -> new SecretBox(List.of(new byte[16])))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SecretBox(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new SecretBox(List.of(key(1))).toString()).isEqualTo("SecretBox of 1 keys");
    }
}
