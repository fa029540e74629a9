//! Stories in real windows, driven through WebDriver.
