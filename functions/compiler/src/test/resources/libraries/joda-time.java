// joda-time:joda-time:2.14.0
// ["2030-02-28T12:00:00.000Z","2030-01-31 12:00",5,59,13,"PT1H2M3S",120,"2 hours and 1 minute"]
package app;

import org.joda.time.*;
import org.joda.time.format.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var moment = new DateTime(2030, 1, 31, 12, 0, DateTimeZone.UTC);
        return List.of(
                moment.plusMonths(1).toString(),
                DateTimeFormat.forPattern("yyyy-MM-dd HH:mm").withZoneUTC().print(moment),
                ISODateTimeFormat.dateTimeParser()
                        .withZoneUTC()
                        .parseDateTime("2030-02-01T00:00:00Z")
                        .getDayOfWeek(),
                Days.daysBetween(new LocalDate(2030, 1, 1), new LocalDate(2030, 3, 1)).getDays(),
                moment.withZone(DateTimeZone.forID("Europe/Berlin")).getHourOfDay(),
                new Period(3_723_000).toString(),
                new Interval(moment, moment.plusHours(2)).toDuration().getStandardMinutes(),
                PeriodFormat.wordBased(java.util.Locale.ENGLISH)
                        .print(Period.hours(2).withMinutes(1)));
    }
}
