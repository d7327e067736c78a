// org.apache.commons:commons-lang3:3.18.0
// ["Hello","The qui...","cafe",3,"a-b","{1,2,3}",7,"(a,1)",23430,"String[a=1]","1:02:03",true,"must be positive: -1"]
package app;

import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.lang3.Range;
import org.apache.commons.lang3.StringUtils;
import org.apache.commons.lang3.Validate;
import org.apache.commons.lang3.builder.HashCodeBuilder;
import org.apache.commons.lang3.builder.ToStringBuilder;
import org.apache.commons.lang3.builder.ToStringStyle;
import org.apache.commons.lang3.math.NumberUtils;
import org.apache.commons.lang3.time.DurationFormatUtils;
import org.apache.commons.lang3.tuple.Pair;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        String failed;
        try {
            Validate.isTrue(false, "must be positive: %d", -1);
            failed = "no";
        } catch (IllegalArgumentException refused) {
            failed = refused.getMessage();
        }
        return List.of(
                StringUtils.capitalize("hello"),
                StringUtils.abbreviate("The quick brown fox", 10),
                StringUtils.stripAccents("café"),
                StringUtils.getLevenshteinDistance("kitten", "sitting"),
                StringUtils.join(List.of("a", "b"), "-"),
                ArrayUtils.toString(ArrayUtils.add(new int[] {1, 2}, 3)),
                NumberUtils.toInt("12x", 7),
                Pair.of("a", 1).toString(),
                new HashCodeBuilder(17, 37).append(1).append("x").toHashCode(),
                new ToStringBuilder("x", ToStringStyle.SHORT_PREFIX_STYLE)
                        .append("a", 1)
                        .toString(),
                DurationFormatUtils.formatDuration(3_723_000, "H:mm:ss"),
                Range.of(1, 5).contains(3),
                failed);
    }
}
