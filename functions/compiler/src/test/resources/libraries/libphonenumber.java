// com.googlecode.libphonenumber:libphonenumber:9.0.6
// ["+4930123456","+41 44 668 18 00",true,"CH","FIXED_LINE",false]
package app;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var util = PhoneNumberUtil.getInstance();
        var number = util.parse("030 123456", "DE");
        var swiss = util.parse("+41 44 668 18 00", null);
        return List.of(
                util.format(number, PhoneNumberFormat.E164),
                util.format(swiss, PhoneNumberFormat.INTERNATIONAL),
                util.isValidNumber(swiss),
                util.getRegionCodeForNumber(swiss),
                util.getNumberType(swiss).name(),
                util.isValidNumber(util.parse("123", "US")));
    }
}
