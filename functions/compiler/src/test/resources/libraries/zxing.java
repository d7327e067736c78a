// com.google.zxing:core:3.5.3
// [60,"hello",104]
package app;

import com.google.zxing.*;
import com.google.zxing.common.*;
import com.google.zxing.oned.EAN13Writer;
import com.google.zxing.qrcode.*;

import java.util.List;

class Use {
    static List<Object> use() throws Exception {
        BitMatrix matrix = new QRCodeWriter().encode("hello", BarcodeFormat.QR_CODE, 60, 60);
        int[] pixels = new int[60 * 60];
        for (int y = 0; y < 60; y++) {
            for (int x = 0; x < 60; x++) {
                pixels[y * 60 + x] = matrix.get(x, y) ? 0 : 0xFFFFFF;
            }
        }
        var bitmap = new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(60, 60, pixels)));
        return List.of(
                matrix.getWidth(),
                new QRCodeReader().decode(bitmap).getText(),
                new EAN13Writer().encode("4006381333931", BarcodeFormat.EAN_13, 95, 1).getWidth());
    }
}
