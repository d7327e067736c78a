// org.mapstruct:mapstruct:1.6.3
// [3]
package app;

import org.mapstruct.factory.Mappers;

import java.util.List;

class Use {
    public interface Lengths {
        int length(String text);
    }

    public static class LengthsImpl implements Lengths {
        public int length(String text) {
            return text.length();
        }
    }

    static List<Object> use() throws Exception {
        return List.of(Mappers.getMapper(Lengths.class).length("abc"));
    }
}
