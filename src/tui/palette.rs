//! The colours of each role, for a dark and for a light background, and as few as the terminal has.
//!
//! Invariants: the sixteen colours are never used as a background by a built-in palette, so that a
//! terminal's own scheme stays readable; every other colour of a built-in palette stands out from its
//! background by a contrast of at least 4.5 to 1 (WCAG 2.1, level AA); a colour that the terminal does
//! not have is replaced by the nearest that it has.

use ratatui::style::{Color, Modifier, Style};

use crate::config::theme::{Base, CustomTheme, Emphasis, Role, RoleStyle, Shade};

use super::capabilities::Depth;

/// How a role is drawn in a built-in palette.
pub(crate) fn role(base: Base, depth: Depth, role: Role) -> Style {
    match (base, depth) {
        (Base::Mono, _) => mono(role),
        (_, Depth::Sixteen) => sixteen(base, role),
        (_, depth) => rich(base, role, depth),
    }
}

/// How a role is drawn in a theme of a user.
pub(crate) fn custom(theme: &CustomTheme, depth: Depth, of: Role) -> Style {
    theme
        .roles
        .get(&of)
        .map_or_else(|| role(theme.base, depth, of), |said| style(said, depth))
}

fn mono(role: Role) -> Style {
    let plain = Style::new();
    match role {
        Role::Text | Role::Good | Role::Busy => plain,
        Role::Strong | Role::Key | Role::Alert | Role::Warning | Role::Bad => {
            plain.add_modifier(Modifier::BOLD)
        }
        Role::Faint | Role::Neutral => plain.add_modifier(Modifier::DIM),
        Role::Selected => plain.add_modifier(Modifier::REVERSED),
    }
}

/// Faint text uses the DIM modifier: several schemes draw "bright black" in the colour of their
/// background.
fn sixteen(base: Base, role: Role) -> Style {
    let dark = base == Base::Dark;
    // Yellow cannot be read on white.
    let colour = match role {
        Role::Text | Role::Faint | Role::Strong | Role::Selected | Role::Neutral => None,
        Role::Key | Role::Busy => Some(if dark { Color::Cyan } else { Color::Blue }),
        Role::Alert | Role::Warning => Some(if dark { Color::Yellow } else { Color::Magenta }),
        Role::Good => Some(Color::Green),
        Role::Bad => Some(if dark { Color::LightRed } else { Color::Red }),
    };
    let style = emphasis(role);
    let style = match role {
        Role::Faint | Role::Neutral => style.add_modifier(Modifier::DIM),
        _ => style,
    };
    colour.map_or(style, |colour| style.fg(colour))
}

/// The colours are of the 256, so that they are the same wherever there are as many.
fn rich(base: Base, role: Role, depth: Depth) -> Style {
    let dark = base == Base::Dark;
    let colour = match role {
        Role::Text | Role::Strong | Role::Selected => None,
        Role::Faint | Role::Neutral => Some(if dark { GREY_70 } else { GREY_35 }),
        Role::Key | Role::Busy => Some(if dark {
            (0x5f, 0xd7, 0xff)
        } else {
            (0, 0x5f, 0xaf)
        }),
        Role::Alert | Role::Warning => Some(if dark {
            (0xff, 0xd7, 0x5f)
        } else {
            (0x87, 0x5f, 0)
        }),
        Role::Good => Some(if dark {
            (0x87, 0xd7, 0x87)
        } else {
            (0, 0x5f, 0)
        }),
        Role::Bad => Some(if dark {
            (0xff, 0x87, 0x87)
        } else {
            (0xaf, 0, 0)
        }),
    };
    let style = emphasis(role);
    colour.map_or(style, |(red, green, blue)| {
        style.fg(reduce(Shade::Rgb(red, green, blue), depth))
    })
}

const GREY_70: (u8, u8, u8) = (0xb2, 0xb2, 0xb2);
const GREY_35: (u8, u8, u8) = (0x58, 0x58, 0x58);

fn emphasis(role: Role) -> Style {
    match role {
        Role::Strong | Role::Alert => Style::new().add_modifier(Modifier::BOLD),
        Role::Selected => Style::new().add_modifier(Modifier::REVERSED),
        _ => Style::new(),
    }
}

fn style(said: &RoleStyle, depth: Depth) -> Style {
    let mut style = Style::new();
    if let Some(shade) = said.foreground {
        style = style.fg(reduce(shade, depth));
    }
    if let Some(shade) = said.background {
        style = style.bg(reduce(shade, depth));
    }
    for emphasis in &said.emphasis {
        style = style.add_modifier(match emphasis {
            Emphasis::Bold => Modifier::BOLD,
            Emphasis::Dim => Modifier::DIM,
            Emphasis::Italic => Modifier::ITALIC,
            Emphasis::Underlined => Modifier::UNDERLINED,
            Emphasis::Reversed => Modifier::REVERSED,
        });
    }
    style
}

/// The sixteen colours of xterm, by which the nearest one is found. A user may have chosen others.
const SIXTEEN: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

/// The six levels of each colour in the cube of the 256.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// A colour as the terminal has it, or the nearest one.
fn reduce(shade: Shade, depth: Depth) -> Color {
    match (shade, depth) {
        (Shade::Default, _) => Color::Reset,
        (Shade::Basic(index), _) => SIXTEEN[usize::from(index % 16)].0,
        (Shade::Rgb(red, green, blue), Depth::True) => Color::Rgb(red, green, blue),
        (Shade::Rgb(red, green, blue), Depth::Indexed) => {
            Color::Indexed(nearest_index((red, green, blue)))
        }
        (Shade::Rgb(red, green, blue), Depth::Sixteen) => nearest_of_sixteen((red, green, blue)),
        (Shade::Indexed(index), Depth::Sixteen) => nearest_of_sixteen(rgb(index)),
        (Shade::Indexed(index), _) => Color::Indexed(index),
    }
}

fn nearest_of_sixteen(wanted: (u8, u8, u8)) -> Color {
    SIXTEEN
        .into_iter()
        .min_by_key(|(_, known)| distance(*known, wanted))
        .map_or(Color::Reset, |(colour, _)| colour)
}

/// The nearest of the 240 that no user changes.
fn nearest_index(wanted: (u8, u8, u8)) -> u8 {
    (16..=255)
        .min_by_key(|index| distance(rgb(*index), wanted))
        .unwrap_or_default()
}

/// What one of the 256 looks like.
fn rgb(index: u8) -> (u8, u8, u8) {
    match index {
        0..16 => SIXTEEN[usize::from(index)].1,
        16..232 => {
            let cube = index - 16;
            let level = |step: u8| LEVELS[usize::from(step % 6)];
            (level(cube / 36), level(cube / 6), level(cube))
        }
        232.. => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    }
}

/// How different two colours look, roughly: the eye sees green best and blue least.
fn distance(one: (u8, u8, u8), other: (u8, u8, u8)) -> u32 {
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    3 * square(one.0, other.0) + 6 * square(one.1, other.1) + square(one.2, other.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colours, 1 to 21, as WCAG 2.1 defines it.
    fn contrast(one: (u8, u8, u8), other: (u8, u8, u8)) -> f64 {
        let luminance = |(red, green, blue)| {
            let linear = |value: u8| {
                let value = f64::from(value) / 255.0;
                if value <= 0.040_45 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            };
            0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_colour_can_be_read_on_the_backgrounds_that_people_use() {
        // Black, the dark of many schemes, Solarized dark; white, and Solarized light.
        let dark = [
            (0, 0, 0),
            (0x1e, 0x1e, 0x1e),
            (0x28, 0x2c, 0x34),
            (0, 0x2b, 0x36),
        ];
        let light = [(255, 255, 255), (0xfd, 0xf6, 0xe3), (0xee, 0xe8, 0xd5)];
        for (base, backgrounds) in [(Base::Dark, &dark[..]), (Base::Light, &light[..])] {
            for role in Role::ALL {
                let style = rich(base, role, Depth::True);
                assert_eq!(style.bg, None);
                let Some(Color::Rgb(red, green, blue)) = style.fg else {
                    continue;
                };
                for background in backgrounds {
                    let contrast = contrast((red, green, blue), *background);
                    assert!(
                        contrast >= 4.5,
                        "{base:?} {role:?} on {background:?}: {contrast:.2}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_colours_are_the_same_with_256_as_with_all() {
        for base in [Base::Dark, Base::Light] {
            for role in Role::ALL {
                let (all, indexed) = (
                    rich(base, role, Depth::True).fg,
                    rich(base, role, Depth::Indexed).fg,
                );
                let shown = indexed.map(|colour| match colour {
                    Color::Indexed(index) => {
                        let (red, green, blue) = rgb(index);
                        Color::Rgb(red, green, blue)
                    }
                    other => other,
                });
                assert_eq!(all, shown, "{base:?} {role:?}");
            }
        }
    }

    #[test]
    fn what_the_terminal_does_not_have_becomes_the_nearest_that_it_has() {
        for (shade, depth, expected) in [
            (Shade::Rgb(1, 2, 3), Depth::True, Color::Rgb(1, 2, 3)),
            (
                Shade::Rgb(0x88, 0xd6, 0x87),
                Depth::Indexed,
                Color::Indexed(114),
            ),
            (
                Shade::Rgb(0x77, 0x77, 0x77),
                Depth::Indexed,
                Color::Indexed(243),
            ),
            (Shade::Rgb(250, 20, 20), Depth::Sixteen, Color::LightRed),
            (Shade::Rgb(10, 10, 10), Depth::Sixteen, Color::Black),
            (Shade::Indexed(114), Depth::Indexed, Color::Indexed(114)),
            (Shade::Indexed(21), Depth::Sixteen, Color::Blue),
            (Shade::Basic(6), Depth::True, Color::Cyan),
            (Shade::Basic(15), Depth::Sixteen, Color::White),
            (Shade::Default, Depth::True, Color::Reset),
        ] {
            assert_eq!(reduce(shade, depth), expected, "{shade:?} {depth:?}");
        }
    }

    #[test]
    fn mono_uses_no_colour() {
        for of in Role::ALL {
            let style = role(Base::Mono, Depth::True, of);
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
