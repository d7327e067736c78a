package dev.rialto.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileAddressTest {
    @Test
    void encodesEachStep() {
        assertThat(FileAddress.url("http://h/v1", "my app", "dir/ab_hello world~@.txt"))
                .isEqualTo("http://h/v1/files/my%20app/dir/ab_hello%20world~@.txt");
    }

    @Test
    void leavesNothingOfAHostileNameUnencoded() {
        assertThat(FileAddress.url("http://h/v1", "a", "x?y#z\"<>&'%"))
                .isEqualTo("http://h/v1/files/a/x%3Fy%23z%22%3C%3E%26%27%25");
    }
}
