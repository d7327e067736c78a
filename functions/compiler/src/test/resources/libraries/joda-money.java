// org.joda:joda-money:2.0.2
// ["USD 13.34","USD 18.51","EUR 11.11",2468,"USD 12,340.00"]
package app;

import org.joda.money.*;
import org.joda.money.format.*;

import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

class Use {
    static List<Object> use() throws Exception {
        Money price = Money.parse("USD 12.34");
        return List.of(
                price.plus(Money.of(CurrencyUnit.USD, 1)).toString(),
                price.multipliedBy(1.5, RoundingMode.HALF_UP).toString(),
                price.convertedTo(
                                CurrencyUnit.EUR,
                                new java.math.BigDecimal("0.9"),
                                RoundingMode.HALF_UP)
                        .toString(),
                Money.total(price, price).getAmountMinorInt(),
                new MoneyFormatterBuilder()
                        .appendCurrencyCode()
                        .appendLiteral(" ")
                        .appendAmount()
                        .toFormatter(Locale.ENGLISH)
                        .print(price.multipliedBy(1000)));
    }
}
