// com.ibm.icu:icu4j:77.1
// ["Privet","forty-two","one","3 items","é"]
package app;

import com.ibm.icu.text.*;
import com.ibm.icu.util.ULocale;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                Transliterator.getInstance("Any-Latin; Latin-ASCII").transliterate("Привет"),
                new RuleBasedNumberFormat(ULocale.ENGLISH, RuleBasedNumberFormat.SPELLOUT)
                        .format(42),
                PluralRules.forLocale(ULocale.ENGLISH).select(1),
                MessageFormat.format("{0,plural,one{# item}other{# items}}", 3),
                Normalizer2.getNFCInstance().normalize("e\u0301"));
    }
}
