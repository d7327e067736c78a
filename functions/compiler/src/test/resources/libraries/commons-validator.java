// commons-validator:commons-validator:1.9.0
// [true,false,true,true,true,true,false,true,true]
package app;

import org.apache.commons.validator.routines.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                EmailValidator.getInstance().isValid("ann@example.com"),
                EmailValidator.getInstance().isValid("ann@"),
                UrlValidator.getInstance().isValid("https://example.com/a?b=c"),
                IBANValidator.getInstance().isValid("DE89370400440532013000"),
                ISBNValidator.getInstance().isValid("978-3-16-148410-0"),
                CreditCardValidator.genericCreditCardValidator().isValid("4111111111111111"),
                InetAddressValidator.getInstance().isValidInet4Address("10.0.0.300"),
                DomainValidator.getInstance().isValidTld(".org"),
                IntegerValidator.getInstance().isInRange(5, 1, 10));
    }
}
