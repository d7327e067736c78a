package dev.rialto.codes;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/// The number of a mobile phone. All spellings of one number are the same phone.
///
/// @param number in the form of ITU-T E.164: `+4915112345678`
/// @param country whose number it is, by ISO 3166: `DE`
record Phone(String number, String country) {
    private static final PhoneNumberUtil NUMBERS = PhoneNumberUtil.getInstance();
    private static final int MAX_LENGTH = 40;
    private static final Pattern WRITTEN = Pattern.compile("(?:\\+|00)[0-9 ()./-]+");

    /// An SMS to any other kind of number is lost, or costs more than usual.
    private static final Set<PhoneNumberType> KINDS =
            EnumSet.of(PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE);

    /// Reads a number as people write it, with its country code.
    ///
    /// @throws RialtoException INVALID_VALUE when it is not the number of a mobile phone
    static Phone read(String text) {
        String written = text.strip();
        if (written.length() > MAX_LENGTH || !WRITTEN.matcher(written).matches()) {
            throw invalid();
        }
        String international = written.startsWith("00") ? "+" + written.substring(2) : written;
        PhoneNumber parsed;
        try {
            parsed = NUMBERS.parse(international, "ZZ");
        } catch (NumberParseException _) {
            throw invalid();
        }
        String country = NUMBERS.getRegionCodeForNumber(parsed);
        if (country == null
                || !NUMBERS.isValidNumber(parsed)
                || !KINDS.contains(NUMBERS.getNumberType(parsed))) {
            throw invalid();
        }
        return new Phone(NUMBERS.format(parsed, PhoneNumberFormat.E164), country);
    }

    /// Whether a country is one that phone numbers belong to.
    static boolean isCountry(String country) {
        return NUMBERS.getSupportedRegions().contains(country);
    }

    private static RialtoException invalid() {
        return new RialtoException(
                ErrorCode.INVALID_VALUE,
                "phone must be the number of a mobile phone with its country code, such as +49 1512"
                        + " 3456789");
    }
}
