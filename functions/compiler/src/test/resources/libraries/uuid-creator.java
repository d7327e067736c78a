// com.github.f4b6a3:uuid-creator:6.1.1
// [true,"11f6ad8e-c52a-5984-abaa-fd7c3b516503",4]
package app;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.util.UuidUtil;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        return List.of(
                UuidUtil.isTimeOrderedEpoch(UuidCreator.getTimeOrderedEpoch()),
                UuidCreator.getNameBasedSha1("x").toString(),
                UuidCreator.getRandomBased().version());
    }
}
