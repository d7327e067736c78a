// org.javamoney.moneta:moneta-core:1.4.5
// ["EUR 13.34",true,2,"EUR 12.34"]
package app;

import org.javamoney.moneta.Money;

import java.util.List;

import javax.money.*;

class Use {
    static List<Object> use() throws Exception {
        MonetaryAmount price = Money.of(12.34, "EUR");
        return List.of(
                price.add(Money.of(1, "EUR")).toString(),
                price.multiply(2).isGreaterThan(price),
                Monetary.getCurrency("USD").getDefaultFractionDigits(),
                price.with(Monetary.getDefaultRounding()).toString());
    }
}
