//! From marks to SVG text and PNG bytes, through plotters.
//!
//! Both formats come from one scene and one font, registered with plotters from `assets/`, so no
//! machine's own fonts are consulted. Plotters places everything on whole pixels; the SVG is therefore drawn four
//! times as large and shown small through its view box, and the PNG is drawn at four times and averaged down
//! to twice the page's size, which also smooths every edge. Texts are escaped by plotters' SVG backend.

use super::fonts;
use super::scene::{Anchor, Dash, Mark, Point, Scene};
use super::theme::Ink;
use ground::shown::obeyed;
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, register_font};
use std::sync::Once;

/// Device pixels a page pixel, in the SVG's inner coordinates and in the bitmap before averaging.
const SCALE: f64 = 4.0;

/// The name under which plotters knows the font is also what SVG readers see: a list to fall back along.
pub const FONT_STACK: &str = "Firesale Sans, Inter, Helvetica Neue, Arial, sans-serif";
/// Ascent less descent of the font, in ems: the bitmap backend sizes glyphs by this height.
const FONT_HEIGHT: f64 = 3408.0 / 2816.0;
/// Plotters' SVG backend writes a font size divided by this.
const SVG_SIZE: f64 = 1.24;

fn register() {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        for (style, bytes) in [(FontStyle::Normal, fonts::REGULAR), (FontStyle::Bold, fonts::BOLD)] {
            assert!(register_font(FONT_STACK, style, bytes).is_ok(), "the embedded font is readable");
        }
    });
}

fn font(bold: bool, size: f64) -> FontDesc<'static> {
    register();
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    FontDesc::new(FontFamily::Name(FONT_STACK), size, style)
}

/// Width of a text in page pixels at a font size in page pixels.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    // Measured large, because plotters rounds to whole pixels.
    const LARGE: f64 = 200.0;
    let ((left, _), (right, _)) =
        font(bold, LARGE * FONT_HEIGHT).layout_box(text).expect("the embedded font measures every text");
    f64::from(right - left) * size / LARGE
}

/// The scene as an SVG document. `title` is what a screen reader says.
pub fn svg(scene: &Scene, title: &str) -> String {
    let mut drawn = String::new();
    let mut backend = SVGBackend::with_string(&mut drawn, device_size(scene));
    draw(&mut backend, scene, Format::Svg);
    backend.present().expect("an SVG in memory can always be finished");
    drop(backend);
    // Plotters hangs texts below their point by a share of an em; these stand on their baselines. It escapes quotes
    // in every text, so the attribute cannot be confused with a text that reads the same.
    let drawn = drawn.replace(" dy=\"0.76em\"", "").replace(" opacity=\"1\"", "");
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    let (width, height) = device_size(scene);
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{title}\" stroke-linejoin=\"round\">\n<title>{title}</title>\n{body}",
        scene.width, scene.height,
    )
}

/// A picture that is read alone, with its font inside.
pub fn with_fonts(svg: &str) -> String {
    svg.replacen("</title>\n", &format!("</title>\n{STYLE}{}{STYLE_END}", fonts::faces()), 1)
}

/// The same without, for a page that has the font itself.
pub fn without_fonts(svg: &str) -> String {
    match (svg.find(STYLE), svg.find(STYLE_END)) {
        (Some(from), Some(to)) if from < to => format!("{}{}", &svg[..from], &svg[to + STYLE_END.len()..]),
        _ => svg.to_owned(),
    }
}

const STYLE: &str = "<style>\n";
const STYLE_END: &str = "</style>\n";

/// The scene as a PNG, twice the page's size along each side.
pub fn png(scene: &Scene) -> Vec<u8> {
    let (width, height) = device_size(scene);
    let mut pixels = vec![255; width as usize * height as usize * 3];
    let mut backend = BitMapBackend::with_buffer(&mut pixels, (width, height));
    draw(&mut backend, scene, Format::Bitmap);
    backend.present().expect("a bitmap in memory can always be finished");
    drop(backend);
    let pixels = averaged(&pixels, width as usize);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width / 2, height / 2);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Packed by what differs from the row above, quickly: a seventh of the time that the smallest file takes, for files half
    // as large again.
    encoder.set_deflate_compression(png::DeflateCompression::Level(1));
    encoder.set_filter(png::Filter::Up);
    let mut writer = encoder.write_header().expect("a header in memory can always be written");
    writer.write_image_data(&pixels).expect("the buffer has the size the header states");
    writer.finish().expect("an image in memory can always be finished");
    bytes
}

/// Escapes what HTML and XML would read as markup, in texts and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Control characters are not allowed in XML, escaped or not; what turns the order of letters may mislead.
            c if obeyed(c) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Svg,
    Bitmap,
}

fn device_size(scene: &Scene) -> (u32, u32) {
    (device(scene.width) as u32, device(scene.height) as u32)
}

fn device(length: f64) -> i32 {
    (length * SCALE).round() as i32
}

fn place(point: Point) -> (i32, i32) {
    (device(point.0), device(point.1))
}

fn shade(ink: Ink, alpha: f64) -> RGBAColor {
    RGBAColor(ink.0, ink.1, ink.2, alpha)
}

fn draw<B: DrawingBackend>(backend: &mut B, scene: &Scene, format: Format) {
    let whole = device_size(scene);
    let white = ShapeStyle::from(shade(super::theme::PAPER, 1.0)).filled();
    check(backend.draw_rect((0, 0), (whole.0 as i32, whole.1 as i32), &white, true));
    for mark in &scene.marks {
        match mark {
            Mark::Line { points, ink, width, dash } => {
                let strokes = match dash {
                    None => vec![points.clone()],
                    Some(dash) => dashes(points, *dash),
                };
                for stroke in strokes {
                    draw_line(backend, &stroke, *ink, *width, format);
                }
            }
            Mark::Area { points, ink, alpha } => {
                let points: Vec<_> = points.iter().map(|point| place(*point)).collect();
                check(backend.fill_polygon(points, &ShapeStyle::from(shade(*ink, *alpha))));
            }
            Mark::Box { x0, y0, x1, y1, ink, alpha } => {
                let (from, mut to) = (place((*x0, *y0)), place((*x1, *y1)));
                if format == Format::Bitmap {
                    // The bitmap backend counts the last pixel in.
                    to = ((to.0 - 1).max(from.0), (to.1 - 1).max(from.1));
                }
                check(backend.draw_rect(from, to, &ShapeStyle::from(shade(*ink, *alpha)).filled(), true));
            }
            Mark::Disc { at, radius, ink } => {
                let style = ShapeStyle::from(shade(*ink, 1.0)).filled();
                check(backend.draw_circle(place(*at), device(*radius).max(1) as u32, &style, true));
            }
            Mark::Text { at, text, size, bold, ink, anchor } => {
                draw_text(backend, *at, &clean(text), (*size, *bold, *ink, *anchor), format);
            }
        }
    }
}

/// One line of printable text.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || obeyed(c) { ' ' } else { c }).collect()
}

fn draw_line<B: DrawingBackend>(backend: &mut B, points: &[Point], ink: Ink, width: f64, format: Format) {
    let style = ShapeStyle { color: shade(ink, 1.0), filled: true, stroke_width: device(width).max(1) as u32 };
    let points: Vec<_> = points.iter().map(|point| place(*point)).collect();
    if format == Format::Svg {
        check(backend.draw_path(points, &style));
        return;
    }
    // Plotters' own wide paths tear at sharp turns: quads with discs at the joints do not.
    let half = f64::from(style.stroke_width) / 2.0;
    for (index, pair) in points.windows(2).enumerate() {
        let (from, to) = (pair[0], pair[1]);
        if from == to {
            continue;
        }
        if from.0 == to.0 || from.1 == to.1 {
            let (x, y) = ((from.0.min(to.0), from.0.max(to.0)), (from.1.min(to.1), from.1.max(to.1)));
            let (low, high) = (half.floor() as i32, half.ceil() as i32 - 1);
            let (upper, lower) = if from.0 == to.0 {
                ((x.0 - low, y.0), (x.1 + high, y.1))
            } else {
                ((x.0, y.0 - low), (x.1, y.1 + high))
            };
            check(backend.draw_rect(upper, lower, &style, true));
        } else {
            check(backend.fill_polygon(quad(from, to, half), &style));
        }
        if index > 0 && style.stroke_width > 3 {
            check(backend.draw_circle(from, (half - 0.5) as u32, &style, true));
        }
    }
}

fn quad(from: (i32, i32), to: (i32, i32), half: f64) -> Vec<(i32, i32)> {
    let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
    let length = (dx * dx + dy * dy).sqrt();
    let (nx, ny) = (-dy / length * half, dx / length * half);
    let corner = |point: (i32, i32), side: f64| {
        ((f64::from(point.0) + side * nx).round() as i32, (f64::from(point.1) + side * ny).round() as i32)
    };
    vec![corner(from, 1.0), corner(to, 1.0), corner(to, -1.0), corner(from, -1.0)]
}

type TextLook = (f64, bool, Ink, Anchor);

fn draw_text<B: DrawingBackend>(backend: &mut B, at: Point, text: &str, look: TextLook, format: Format) {
    use plotters::style::text_anchor::{HPos, Pos, VPos};
    let (size, bold, ink, anchor) = look;
    let across = match anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let device_em = size * SCALE;
    let (font_size, at, across) = match format {
        Format::Svg => (device_em * SVG_SIZE, place(at), across),
        Format::Bitmap => {
            // The bitmap backend sets the baseline half a font size below the point.
            let font_size = device_em * FONT_HEIGHT;
            let width = text_width(text, size, bold);
            let left = match anchor {
                Anchor::Start => at.0,
                Anchor::Middle => at.0 - width / 2.0,
                Anchor::End => at.0 - width,
            };
            let (x, baseline) = place((left, at.1));
            (font_size, (x, baseline - (font_size / 2.0).round() as i32), HPos::Left)
        }
    };
    let style = font(bold, font_size).color(&shade(ink, 1.0));
    let style = plotters::style::TextStyle { pos: Pos::new(across, VPos::Top), ..style };
    check(backend.draw_text(text, &style, at));
}

/// Cuts a line into the strokes of a dashed one.
fn dashes(points: &[Point], dash: Dash) -> Vec<Vec<Point>> {
    let mut strokes = Vec::new();
    let mut stroke: Vec<Point> = points.first().copied().into_iter().collect();
    let (mut on, mut left) = (true, dash.on);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = (dx * dx + dy * dy).sqrt();
            if length <= left {
                left -= length;
                if on {
                    stroke.push(to);
                }
                break;
            }
            let share = left / length;
            from = (from.0 + dx * share, from.1 + dy * share);
            if on {
                stroke.push(from);
                strokes.push(std::mem::take(&mut stroke));
            } else {
                stroke = vec![from];
            }
            on = !on;
            left = if on { dash.on } else { dash.off };
        }
    }
    if on && stroke.len() > 1 {
        strokes.push(stroke);
    }
    strokes
}

/// Each square of two by two device pixels becomes its mean.
fn averaged(pixels: &[u8], width: usize) -> Vec<u8> {
    /// Bytes of a row that are looked at together: most of a page is paper, and the mean of paper is paper.
    const STRETCH: usize = 48;
    const PAPER: [u8; STRETCH] = [255; STRETCH];
    let row = width * 3;
    let mut out = Vec::with_capacity(pixels.len() / 4);
    for rows in pixels.chunks_exact(2 * row) {
        let (upper, lower) = rows.split_at(row);
        for (upper, lower) in upper.chunks(STRETCH).zip(lower.chunks(STRETCH)) {
            let blank = |part: &[u8]| part.first_chunk() == Some(&PAPER);
            if blank(upper) && blank(lower) {
                out.extend_from_slice(&PAPER[..STRETCH / 2]);
                continue;
            }
            for (a, b) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
                let mean = |i: usize| {
                    let sum = u16::from(a[i]) + u16::from(a[i + 3]) + u16::from(b[i]) + u16::from(b[i + 3]);
                    ((sum + 2) / 4) as u8
                };
                out.extend_from_slice(&[mean(0), mean(1), mean(2)]);
            }
        }
    }
    out
}

/// Drawing to memory has no way to fail but a fault of ours.
fn check<T>(result: Result<T, impl std::error::Error>) {
    if let Err(error) = result {
        panic!("a mark could not be drawn: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::TextStyle;
    use super::super::theme;
    use super::*;

    fn small() -> Scene {
        let mut scene = Scene::new(100.0, 50.0);
        scene.line(vec![(0.0, 0.0), (50.0, 25.0), (100.0, 0.0)], theme::FORCED, 2.0);
        scene.text((10.0, 40.0), "<b>&\"' dy=\"0.76em\"", TextStyle::new(12.0, theme::TEXT));
        scene
    }

    #[test]
    fn texts_of_strangers_stay_texts_in_the_svg() {
        let drawn = svg(&small(), "a \"title\" <script>");
        assert!(drawn.contains("&lt;b&gt;&amp;&quot;&apos; dy=&quot;0.76em&quot;"));
        assert!(drawn.contains("<title>a &quot;title&quot; &lt;script&gt;</title>"));
        assert!(!drawn.contains("<b>") && !drawn.contains("<script>"));
    }

    #[test]
    fn the_svg_states_its_page_size_and_closes() {
        let drawn = svg(&small(), "t");
        assert!(drawn.starts_with(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"50\" viewBox=\"0 0 400 200\""
        ));
        assert!(drawn.trim_end().ends_with("</svg>"));
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    }

    #[test]
    fn a_picture_carries_its_font_and_gives_it_back() {
        let bare = svg(&small(), "a <style> in a title");
        let whole = with_fonts(&bare);
        assert_eq!(whole.matches("@font-face").count(), 2);
        assert!(whole.contains("font-family: \"Firesale Sans\"") && whole.contains("font-family=\"Firesale Sans"));
        assert!(whole.find("@font-face") < whole.find("<text"));
        assert_eq!(without_fonts(&whole), bare);
        assert_eq!(without_fonts(&bare), bare);
    }

    #[test]
    fn the_png_is_twice_the_page() {
        let bytes = png(&small());
        let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (200, 100));
    }

    #[test]
    fn the_same_scene_gives_the_same_bytes() {
        assert_eq!(png(&small()), png(&small()));
        assert_eq!(svg(&small(), "t"), svg(&small(), "t"));
    }

    #[test]
    fn squares_of_pixels_become_their_means_paper_or_not() {
        // Two rows of 38 pixels, of which the last two are not the width of a stretch; ink in the first and the last square.
        let mut pixels = vec![255_u8; 2 * 38 * 3];
        for (pixel, value) in [(0, 0), (1, 100), (38, 51), (39, 50), (36, 0), (75, 0)] {
            pixels[pixel * 3..pixel * 3 + 3].fill(value);
        }
        let means = averaged(&pixels, 38);
        assert_eq!(means.len(), 19 * 3);
        // (0 + 100 + 51 + 50 + 2) / 4, and (0 + 255 + 255 + 0 + 2) / 4.
        assert_eq!((means[0], means[18 * 3]), (50, 128));
        assert!(means[3..18 * 3].iter().all(|value| *value == 255));
    }

    #[test]
    fn dashes_cover_strokes_and_leave_gaps() {
        let cut = dashes(&[(0.0, 0.0), (10.0, 0.0)], Dash { on: 3.0, off: 2.0 });
        assert_eq!(cut, vec![vec![(0.0, 0.0), (3.0, 0.0)], vec![(5.0, 0.0), (8.0, 0.0)]]);
    }

    #[test]
    fn text_is_measured_in_its_own_font() {
        let narrow = text_width("iii", 12.0, false);
        let wide = text_width("WWW", 12.0, false);
        assert!(narrow > 5.0 && narrow < wide / 2.0, "{narrow} against {wide}");
        assert!((text_width("WWW", 24.0, false) - 2.0 * wide).abs() < 0.01);
    }
}
