package com.example.storefront;

import dev.rialto.sdk.Context;
import dev.rialto.sdk.Endpoint;
import dev.rialto.sdk.Entity;
import dev.rialto.sdk.Function;
import dev.rialto.sdk.HttpResponse;
import dev.rialto.sdk.Objects;
import dev.rialto.sdk.Query;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The products as a file to download.
@Function
public class Catalog {
    private static final int PAGE = 200;

    /// Answers `GET /v1/web/catalog.csv`. Lines are sent while further products are being read, so
    /// the catalog may be larger than what a call may allocate at a time.
    @Endpoint("/catalog.csv")
    public HttpResponse csv(Context context) {
        return HttpResponse.stream("text/csv; charset=utf-8", out -> write(context.objects(), out))
                .header("Content-Disposition", "attachment; filename=catalog.csv");
    }

    private static void write(Objects objects, OutputStream out) throws IOException {
        Query products = Query.of("Product").ascending("name").only("name", "price").limit(PAGE);
        out.write("name,price\n".getBytes(StandardCharsets.UTF_8));
        int count = 0;
        List<Entity> page;
        do {
            page = objects.find(products.skip(count));
            for (Entity each : page) {
                out.write(line(each).getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
            count += page.size();
        } while (page.size() == PAGE);
    }

    private static String line(Entity product) {
        String name = product.text("name").orElse("").replace("\"", "\"\"");
        return "\"" + name + "\"," + Math.round(product.number("price").orElse(0.0)) + "\n";
    }
}
