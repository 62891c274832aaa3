//! Which of the larger tables a run keeps.

/// Which tables a run keeps. What is not kept is not gathered; nothing else changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    pub prices: bool,
    pub trades: bool,
    pub accounts: bool,
    pub firms: bool,
    pub lenders: bool,
    pub refusals: bool,
    /// Who broke whom.
    pub cascade: bool,
}

impl Keep {
    pub const ALL: Self =
        Self { prices: true, trades: true, accounts: true, firms: true, lenders: true, refusals: true, cascade: true };
    /// For sweeps: only what the summary needs.
    pub const NOTHING: Self = Self {
        prices: false,
        trades: false,
        accounts: false,
        firms: false,
        lenders: false,
        refusals: false,
        cascade: false,
    };

    /// The tables that may be kept, by name, in the order in which they are listed.
    pub const NAMES: [&'static str; 7] = ["prices", "trades", "accounts", "firms", "lenders", "refusals", "cascade"];

    /// Those that are kept.
    #[must_use]
    pub fn names(self) -> Vec<String> {
        let Self { prices, trades, accounts, firms, lenders, refusals, cascade } = self;
        let kept = [prices, trades, accounts, firms, lenders, refusals, cascade];
        Self::NAMES.iter().zip(kept).filter(|(_, kept)| *kept).map(|(name, _)| (*name).to_owned()).collect()
    }

    /// The named tables; `all` and `none` stand for themselves.
    ///
    /// # Errors
    /// Names what is none.
    pub fn named<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, String> {
        let names: Vec<&str> = names.into_iter().collect();
        let mut keep = Self::NOTHING;
        for name in &names {
            match *name {
                all @ ("all" | "none") if names.len() > 1 => {
                    return Err(format!("`{all}` stands alone, or not at all"));
                }
                "all" => keep = Self::ALL,
                "none" => keep = Self::NOTHING,
                "prices" => keep.prices = true,
                "trades" => keep.trades = true,
                "accounts" => keep.accounts = true,
                "firms" => keep.firms = true,
                "lenders" => keep.lenders = true,
                "refusals" => keep.refusals = true,
                "cascade" => keep.cascade = true,
                _ => return Err(format!("`{name}` is not one of {}, all, none", Self::NAMES.join(", "))),
            }
        }
        Ok(keep)
    }
}
