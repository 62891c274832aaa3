//! A file's bytes as rows: when, and at what price.

use files::sheet::{self, Cells, Wanted};
use ground::units::Time;
use language::findings::Findings;

/// Rows of one file, all instruments together.
pub const MOST_ROWS: usize = 5_000_000;
/// A moment or a name is no longer than this.
const LONGEST_CELL: usize = 64;

/// One instrument's rows in the order of the file, each with its place in it: 1 is the first after the header.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    pub place: Vec<u32>,
    pub time: Vec<Time>,
    pub price: Vec<f64>,
}

/// A mistake that many rows may make: the first is named, the others counted.
#[derive(Default)]
pub struct Many {
    first: Option<(u32, String)>,
    count: usize,
}

impl Many {
    pub fn add(&mut self, place: u32, what: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some((place, what()));
        }
    }

    pub fn report(self, path: &str, remedy: &str, findings: &mut Findings) {
        if let Some((place, what)) = self.first {
            let more =
                if self.count > 1 { format!(", and so with {} more rows", self.count - 1) } else { String::new() };
            findings.add(path, format!("row {place}: {what}{more}"), remedy);
        }
    }
}

/// `None` when there are no rows to speak of; why is among the findings.
pub fn read(
    path: &str,
    name: &str,
    bytes: &[u8],
    (instrument, below_zero): (&str, bool),
    findings: &mut Findings,
) -> Option<Rows> {
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let mut reader =
        Reader { instrument, below_zero, rows: Rows::default(), times: Many::default(), prices: Many::default() };
    let read = match ending.as_str() {
        "csv" => csv(bytes, &mut reader),
        "parquet" => parquet(bytes, &mut reader),
        _ => Err((format!("\"{name}\" is neither CSV nor Parquet by its name"), "name it .csv or .parquet".to_owned())),
    };
    if let Err((reason, remedy)) = read {
        findings.add(path, reason, remedy);
        return None;
    }
    let Reader { rows, times, prices, .. } = reader;
    let bad = times.count + prices.count;
    times.report(path, "write moments on the world's clock as \"2021-03-22 09:31:00\"", findings);
    prices.report(path, "write prices above zero as plain numbers, in currency per unit", findings);
    if rows.time.is_empty() && bad == 0 {
        findings.add(path, format!("it has no rows of \"{instrument}\""), "give at least one price");
    }
    (!rows.time.is_empty()).then_some(rows)
}

struct Reader<'a> {
    instrument: &'a str,
    below_zero: bool,
    rows: Rows,
    times: Many,
    prices: Many,
}

impl Reader<'_> {
    fn take(&mut self, place: usize, instrument: Option<&str>, time: &str, price: Option<f64>, shown: &str) {
        if instrument.is_some_and(|name| name != self.instrument) {
            return;
        }
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let moment = moment(time);
        if moment.is_none() {
            self.times.add(place, || format!("\"{}\" is no moment of a clock without zones", short(time)));
        }
        let price = price.filter(|price| price.is_finite() && (*price > 0.0 || self.below_zero));
        if price.is_none() {
            self.prices.add(place, || format!("\"{}\" is no price", short(shown)));
        }
        if let (Some(time), Some(price)) = (moment, price) {
            self.rows.place.push(place);
            self.rows.time.push(time);
            self.rows.price.push(price);
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_CELL).collect()
}

/// `2021-03-22T09:31:00`, with a space for the T as one likes. A `Z` says Greenwich, which is no more the world's clock
/// than `+01:00` is.
fn moment(text: &str) -> Option<Time> {
    // Length before content: a cell may be a megabyte.
    if text.len() > LONGEST_CELL {
        return None;
    }
    let text = text.trim();
    let zoned = text.get(10..).is_none_or(|clock| clock.contains(['+', '-', '[', 'Z', 'z']));
    if zoned {
        return None;
    }
    text.parse().ok().map(Time::from_civil)
}

type Trouble = (String, String);

/// Places of the columns time, price and, if there is one, instrument.
fn columns<'a>(names: impl Iterator<Item = &'a str>) -> Result<(usize, usize, Option<usize>), Trouble> {
    let remedy = || "give the columns `time`, `price` and, if need be, `instrument`".to_owned();
    let mut found = [None; 3];
    for (place, name) in names.enumerate() {
        let column = ["time", "price", "instrument"].iter().position(|known| *known == name.trim());
        match column.map(|column| &mut found[column]) {
            Some(slot @ None) => *slot = Some(place),
            Some(Some(_)) => return Err((format!("it has two columns `{}`", short(name)), remedy())),
            None => return Err((format!("it has a column `{}`, which says nothing here", short(name)), remedy())),
        }
    }
    match found {
        [Some(time), Some(price), instrument] => Ok((time, price, instrument)),
        [None, ..] => Err(("it has no column `time`".to_owned(), remedy())),
        _ => Err(("it has no column `price`".to_owned(), remedy())),
    }
}

fn too_many() -> Trouble {
    (format!("it has more than {MOST_ROWS} rows"), "take a shorter path, or one price a minute".to_owned())
}

fn csv(bytes: &[u8], reader: &mut Reader<'_>) -> Result<(), Trouble> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut file = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let cannot = |error: csv::Error| {
        (format!("it cannot be read as CSV ({error})"), "save it as CSV in UTF-8 with commas".to_owned())
    };
    let (time, price, instrument) = columns(file.headers().map_err(cannot)?.iter())?;
    let mut record = csv::StringRecord::new();
    let mut place = 0;
    while file.read_record(&mut record).map_err(cannot)? {
        place += 1;
        if place > MOST_ROWS {
            return Err(too_many());
        }
        let shown = &record[price];
        reader.take(place, instrument.map(|column| &record[column]), &record[time], shown.parse().ok(), shown);
    }
    Ok(())
}

fn parquet(bytes: &[u8], reader: &mut Reader<'_>) -> Result<(), Trouble> {
    let save = || "save it again as Parquet, with `time` as text and `price` as a number".to_owned();
    // Counted before anything is unpacked: a few bytes can stand for many rows.
    let (rows, names) = sheet::shape(bytes).map_err(|reason| (reason, save()))?;
    if rows > MOST_ROWS {
        return Err(too_many());
    }
    let (time, price, instrument) = columns(names.iter().map(String::as_str))?;
    let mut wanted = vec![(names[time].as_str(), Wanted::Text), (names[price].as_str(), Wanted::Number)];
    wanted.extend(instrument.map(|place| (names[place].as_str(), Wanted::Text)));
    let cells = sheet::read(bytes, &wanted).map_err(|reason| (reason, save()))?;
    let [Cells::Texts(times), Cells::Numbers(prices), rest @ ..] = cells.as_slice() else {
        return Err(("its columns are of other types".to_owned(), save()));
    };
    let texts = |cells: &[Option<String>], place: usize| cells.get(place).and_then(Clone::clone).unwrap_or_default();
    for place in 0..times.len() {
        let price = prices.get(place).copied().flatten();
        let shown =
            price.map_or_else(String::new, |price| if price.is_finite() { String::new() } else { price.to_string() });
        let name = match rest {
            [Cells::Texts(names)] => Some(texts(names, place)),
            _ => None,
        };
        reader.take(place + 1, name.as_deref(), &texts(times, place), price, &shown);
    }
    Ok(())
}
