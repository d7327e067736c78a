// Asks Rialto about the cities of the world, with the Parse JavaScript SDK.
//
//   RIALTO_URL  http://127.0.0.1:1337/v1
//   APP_ID      cities
//   MASTER_KEY  the app's master key; only the aggregate needs it
import Parse from 'parse/node';

const { RIALTO_URL = 'http://127.0.0.1:1337/v1', APP_ID = 'cities', MASTER_KEY } = process.env;
Parse.initialize(APP_ID, undefined, MASTER_KEY);
Parse.serverURL = RIALTO_URL;

const City = Parse.Object.extend('City');
const cities = () => new Parse.Query(City);
const show = (title, lines) =>
  console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`);
const named = (city) => `${city.get('name')}, ${city.get('country')} (${city.get('population')})`;

// Count: how many are there?
const total = await cities().count();
show('Cities', [total]);

// Near: what is within 20 km of the Rialto bridge, the nearest first?
const bridge = new Parse.GeoPoint(45.438, 12.336);
const near = await cities().withinKilometers('location', bridge, 20).limit(5).find();
show(
  'Within 20 km of the Rialto',
  near.map((city) => `${bridge.kilometersTo(city.get('location')).toFixed(1)} km  ${named(city)}`),
);

// Box: the largest cities between two corners, around Lake Constance.
const southWest = new Parse.GeoPoint(47.2, 8.8);
const northEast = new Parse.GeoPoint(47.9, 9.9);
const box = await cities()
  .withinGeoBox('location', southWest, northEast)
  .descending('population')
  .limit(3)
  .find();
show('Around Lake Constance', box.map(named));

// Text: whose name has a word?
const text = await cities()
  .fullText('name', 'San Francisco')
  .descending('population')
  .limit(3)
  .find();
show('With "San Francisco" in the name', text.map(named));

// Aggregate: in which countries do most people live in cities? Needs the master key.
const countries = await cities().aggregate([
  { $group: { _id: '$country', people: { $sum: '$population' }, cities: { $sum: 1 } } },
  { $sort: { people: -1 } },
  { $limit: 3 },
]);
show(
  'Most people in cities',
  countries.map((each) => `${each.objectId}: ${each.people} people in ${each.cities} cities`),
);

// Paging: all cities of Switzerland, 500 at a time, each once.
const seen = new Set();
for (let page = 0; ; page++) {
  const some = await cities()
    .equalTo('country', 'CH')
    .ascending('name', 'objectId')
    .select('name')
    .skip(page * 500)
    .limit(500)
    .find();
  some.forEach((city) => seen.add(city.id));
  if (some.length < 500) break;
}
show('Swiss cities, page by page', [seen.size]);

// Change one, and look at it again.
const venice = await cities().equalTo('name', 'Venice').equalTo('country', 'IT').first();
venice.increment('visits');
await venice.save();
const again = await cities().get(venice.id);
show('Visits to Venice', [again.get('visits')]);
