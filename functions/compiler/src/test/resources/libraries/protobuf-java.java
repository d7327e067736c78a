// com.google.protobuf:protobuf-javalite:4.31.1
// [300,"hi",5,"bc",2]
package app;

import com.google.protobuf.*;

import java.io.ByteArrayOutputStream;
import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        out.writeInt32(1, 300);
        out.writeString(2, "hi");
        out.flush();
        var in = CodedInputStream.newInstance(bytes.toByteArray());
        in.readTag();
        int number = in.readInt32();
        in.readTag();
        var stamp = Timestamp.newBuilder().setSeconds(5).build();
        return List.of(
                number,
                in.readString(),
                Timestamp.parseFrom(stamp.toByteArray()).getSeconds(),
                ByteString.copyFromUtf8("abc").substring(1).toStringUtf8(),
                stamp.getSerializedSize());
    }
}
