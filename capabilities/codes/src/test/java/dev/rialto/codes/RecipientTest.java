package dev.rialto.codes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.codes.spi.Address;
import dev.rialto.kernel.RialtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RecipientTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+4915112345678",
                "004915112345678",
                "+49 (0) 151-123 456 78",
                "0049 (151) 1234/5678",
                " +49.151.12345678 "
            })
    void readsAllSpellingsOfANumberAsOne(String spelling) {
        Recipient phone = Recipient.of(Address.phone(spelling));
        assertThat(phone.address()).isEqualTo("+4915112345678");
        assertThat(phone.country()).contains("DE");
    }

    /// One calling code, several countries.
    @ParameterizedTest
    @CsvSource({"+12025550123, US", "+18762101234, JM", "+14165550123, CA"})
    void tellsCountriesOfOneCallingCodeApart(String number, String country) {
        assertThat(Recipient.of(Address.phone(number)).country()).contains(country);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "015112345678",
                "+49 30 901820",
                "+49 900 1234567",
                "+44 870 1234567",
                "+4915112345678;ext=1",
                "+49151CALLNOW",
                "+49 151 1",
                "+999 151 12345678",
                "+49 151 12345678 +49 151 12345679",
                "+4915112345678\n+4915112345679",
                "+49 1 5 1 1 2 3 4 5 6 7 8                       "
                        + "                             9"
            })
    void rejectsWhatIsNotAMobilePhone(String text) {
        assertThatThrownBy(() -> Recipient.of(Address.phone(text)))
                .isInstanceOf(RialtoException.class)
                .hasMessageContaining("+49 1512 3456789");
    }

    @Test
    void countsTagsAndCaseAsOneMailbox() {
        Recipient mail = Recipient.of(Address.mail("Ada+Shop@Example.com"));
        assertThat(mail.limited()).isEqualTo("mail:ada@example.com");
        assertThat(mail.key()).isEqualTo("mail:ada+shop@example.com");
        assertThat(mail.address()).isEqualTo("Ada+Shop@Example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ada", "@b.c", "a@", "a b@c.d", "a@b.c,d@e.f", "a@b.c\nBcc: d@e.f"})
    void rejectsWhatIsNotOneMailAddress(String text) {
        assertThatThrownBy(() -> Recipient.of(Address.mail(text)))
                .isInstanceOf(RialtoException.class);
    }
}
