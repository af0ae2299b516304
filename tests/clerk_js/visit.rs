//! A visit of the app in Chromium.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use axum_clerk::{
    Clock, api,
    api::{CreateUser, User},
    emulator::{ClerkEmulator, ClerkEmulatorBuilder},
};
use fantoccini::{Client, Locator, error::CmdError, key::Key};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{app, version::Version};

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "correct horse battery staple";

pub(crate) const BACKUP_CODE: &str = "backup-code";

const TOTP_SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// Signs in with an identifier and a password.
pub(crate) const SIGN_IN: &str = "
    const signIn = await Clerk.client.signIn.create({ identifier: args[0], password: args[1] });
    await Clerk.setActive({ session: signIn.createdSessionId });";

/// The longest time to wait for a condition.
const PATIENCE: Duration = Duration::from_secs(20);

/// A function that runs the script of a test and reports errors, with Clerk's codes if any.
const RUN_SCRIPT: &str = "
    const [args, done] = arguments;
    const describe = (error) =>
        error?.errors ? JSON.stringify(error.errors) : String(error?.stack ?? error);
    (async () => { BODY })().then(
        (value) => done({ value: value ?? null }),
        (error) => done({ error: describe(error) }),
    );";

/// An emulator, an app and a tab of a browser that visits the app.
pub(crate) struct Visit {
    pub(crate) clerk: ClerkEmulator,
    /// A user with an email address and a password.
    pub(crate) ada: User,
    /// The origin of the app.
    pub(crate) app: String,
    pub(crate) tab: Client,
    pub(crate) version: Version,
}

impl Visit {
    pub(crate) async fn start(version: Version, tab: Client) -> Self {
        Self::start_at("localhost", ClerkEmulator::builder(), version, tab).await
    }

    /// Starts an emulator, and an app at a host. No page is open yet.
    pub(crate) async fn start_at(
        host: &str,
        emulator: ClerkEmulatorBuilder,
        version: Version,
        tab: Client,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let app = format!("http://{host}:{}", listener.local_addr().unwrap().port());
        let emulator = emulator.npm_packages(version.packages()).app_origin(&app);
        let clerk = emulator.start().await.unwrap();
        app::serve(listener, &app, &clerk, version);
        let ada = create_user(&clerk, "Ada", EMAIL);
        Self { clerk, ada, app, tab, version }
    }

    /// Starts with a clock that only [advances](Self::advance) on request.
    pub(crate) async fn start_with_manual_clock(version: Version, tab: Client) -> Self {
        let emulator = ClerkEmulator::builder().clock(Clock::manual(SystemTime::now()));
        Self::start_at("localhost", emulator, version, tab).await
    }

    /// Advances the clocks of the emulator, the app and the browser's pages.
    pub(crate) async fn advance(&self, by: Duration) {
        self.clerk.clock().advance(by);
        let script = "localStorage.setItem('clock offset', offset() + args[0])";
        self.js(script, json!([by.as_millis() as u64])).await;
    }

    /// A client of the Backend API.
    pub(crate) fn api(&self) -> api::Client {
        let client = api::Client::new(self.clerk.secret_key()).unwrap();
        client.with_base_url(self.clerk.url().parse().unwrap())
    }

    /// Opens the app and signs Ada in.
    pub(crate) async fn sign_in(&self) -> Value {
        self.open("/").await;
        self.js(SIGN_IN, json!([EMAIL, PASSWORD])).await;
        self.assert_signed_in(&self.ada).await
    }

    /// Creates a user with an authenticator app and a backup code.
    pub(crate) fn create_user_with_second_factors(&self, email: &str) -> User {
        let user = CreateUser::default().email_address([email]).password(PASSWORD);
        self.clerk.create_user(user.totp_secret(TOTP_SECRET).backup_codes([BACKUP_CODE]))
    }

    /// The code that the authenticator app shows now.
    pub(crate) fn totp(&self) -> String {
        self.totp_of(TOTP_SECRET)
    }

    pub(crate) fn totp_of(&self, secret: &str) -> String {
        let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
        let now = self.clerk.clock().now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let app = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
        app.generate(now.as_secs()).to_string()
    }

    /// The code in the last message to an address.
    pub(crate) fn sent_code(&self, to: &str) -> String {
        let messages = self.clerk.sent_messages().into_iter().rev();
        let mut codes = messages.filter(|message| message.to == to).filter_map(|own| own.code);
        codes.next().expect("a code was sent")
    }

    /// The ticket in the last link to an address.
    pub(crate) fn sent_ticket(&self, to: &str) -> String {
        let messages = self.clerk.sent_messages().into_iter().rev();
        let mut links = messages.filter(|message| message.to == to).filter_map(|own| own.url);
        let link = url::Url::parse(&links.next().expect("a link was sent")).unwrap();
        let mut parameters = link.query_pairs();
        parameters.find(|(name, _)| name == "ticket").expect("a ticket").1.into_owned()
    }

    /// Opens a page and waits until clerk-js has loaded.
    pub(crate) async fn open(&self, path: &str) {
        self.tab.goto(&format!("{}{path}", self.app)).await.unwrap();
        self.js("await loaded", json!([])).await;
    }

    /// Runs the body of an asynchronous function, whose arguments are `args`, and returns its
    /// result.
    pub(crate) async fn js(&self, body: &str, args: Value) -> Value {
        match self.try_js(body, args).await {
            Ok(value) => value,
            Err(error) => self.fail(&format!("{body}: {error}")).await,
        }
    }

    /// Like [`js`](Self::js), but returns exceptions, and Clerk's errors as JSON.
    pub(crate) async fn try_js(&self, body: &str, args: Value) -> Result<Value, String> {
        let script = RUN_SCRIPT.replace("BODY", body);
        let result = self.tab.execute_async(&script, vec![args]).await;
        let mut result = result.map_err(|error| error.to_string())?;
        match result["error"].take() {
            Value::Null => Ok(result["value"].take()),
            error => Err(error.as_str().unwrap_or_default().to_owned()),
        }
    }

    /// Sends a request to the app from the page, with the browser's cookies, and returns the status
    /// and the JSON of the response.
    pub(crate) async fn request(&self, method: &str, path: &str) -> (u64, Value) {
        let script = "const response = await fetch(args[1], { method: args[0] });
            return [response.status, await response.json()]";
        let response = self.js(script, json!([method, path])).await;
        (response[0].as_u64().unwrap(), response[1].clone())
    }

    /// Returns what the app knows about the visitor, or the status of the rejection.
    pub(crate) async fn me(&self) -> Result<Value, u64> {
        match self.request("GET", "/api/me").await {
            (200, body) => Ok(body),
            (status, _) => Err(status),
        }
    }

    /// Asserts that the app accepts the visitor as a user.
    pub(crate) async fn assert_signed_in(&self, user: &User) -> Value {
        let me = self.me().await;
        match me {
            Ok(me) if me["user"] == user.id.as_str() => me,
            other => self.fail(&format!("{} is not signed in: {other:?}", user.id)).await,
        }
    }

    /// Asserts that the app rejects the visitor.
    pub(crate) async fn assert_signed_out(&self) {
        let me = self.me().await;
        if me != Err(401) {
            self.fail(&format!("not signed out: {me:?}")).await
        }
    }

    /// Waits until the app accepts the visitor, and what it knows about them is as expected.
    pub(crate) async fn wait_for_me(&self, expected: impl Fn(&Value) -> bool) -> Value {
        let script = "const response = await fetch('/api/me');
            return response.ok ? await response.json() : null";
        let mut last = Ok(Value::Null);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            // A script fails while the page navigates.
            last = self.try_js(script, json!([])).await;
            match &last {
                Ok(me) if !me.is_null() && expected(me) => return me.clone(),
                _ => pause().await,
            }
        }
        self.fail(&format!("the app does not accept the visitor as expected: {last:?}")).await
    }

    /// Waits until the app accepts the visitor as a user.
    pub(crate) async fn wait_until_signed_in(&self, user: &User) -> Value {
        self.wait_for_me(|me| me["user"] == user.id.as_str()).await
    }

    /// Waits for a condition outside of the page.
    pub(crate) async fn wait(&self, condition: impl AsyncFn() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !condition().await {
            if Instant::now() > deadline {
                self.fail("the condition is not met").await;
            }
            pause().await;
        }
    }

    /// Waits until an expression is true in the page.
    pub(crate) async fn wait_until(&self, expression: &str) {
        let script = format!("return Boolean({expression})");
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if self.try_js(&script, json!([])).await == Ok(json!(true)) {
                return;
            }
            pause().await;
        }
        self.fail(&format!("never true: {expression}")).await
    }

    /// Waits until the page shows a text.
    pub(crate) async fn wait_for_text(&self, text: &str) {
        self.wait_until(&format!("document.body.innerText.includes({})", json!(text))).await;
    }

    /// Opens a page and shows a component on it.
    pub(crate) async fn mount(&self, component: &str) {
        self.open("/").await;
        let script = "Clerk[`mount${args[0]}`](document.getElementById('clerk'))";
        self.js(script, json!([component])).await;
    }

    /// Waits for the code in a message to an address, which may only be sent once a component has
    /// been shown.
    pub(crate) async fn wait_for_code(&self, to: &str) -> String {
        let is_sent = async || {
            let messages = self.clerk.sent_messages();
            messages.iter().any(|message| message.to == to && message.code.is_some())
        };
        self.wait(is_sent).await;
        self.sent_code(to)
    }

    /// Types a code into its field, whose digits are drawn separately.
    pub(crate) async fn type_code(&self, code: &str) {
        let field = "document.querySelector('input[autocomplete=\"one-time-code\"]')";
        self.wait_until(field).await;
        self.retry("code", async || {
            self.tab.execute(&format!("{field}?.focus()"), vec![]).await?;
            self.tab.active_element().await?.send_keys(code).await.map(|()| true)
        })
        .await;
    }

    /// Waits until the user has the expected data at Clerk, as the app looks it up.
    pub(crate) async fn wait_for_user(&self, expected: impl Fn(&Value) -> bool) {
        self.wait(async || {
            let (status, user) = self.request("GET", "/api/user").await;
            status == 200 && expected(&user)
        })
        .await;
    }

    /// Clicks the first visible element that an XPath selects, once nothing covers it.
    pub(crate) async fn click(&self, xpath: &str) {
        self.retry(xpath, async || {
            for element in self.tab.find_all(Locator::XPath(xpath)).await? {
                if element.is_displayed().await? && element.is_enabled().await? {
                    return element.click().await.map(|()| true);
                }
            }
            Ok(false)
        })
        .await;
    }

    /// Clicks a button, a tab or a menu item with this label.
    pub(crate) async fn press(&self, label: &str) {
        let roles = "self::button or self::a or @role='menuitem' or @role='tab' or @role='option'";
        let label = format!("normalize-space(.)=\"{label}\" or @aria-label=\"{label}\"");
        self.click(&format!("//*[{roles}][{label}]")).await;
    }

    /// Types into the visible input field with this name, in place of its content.
    pub(crate) async fn fill(&self, name: &str, text: &str) {
        self.type_into(&format!("input[name='{name}']"), text).await;
    }

    /// Types into the first visible field that a CSS selector selects, in place of its content.
    pub(crate) async fn type_into(&self, css: &str, text: &str) {
        self.retry(css, async || {
            for element in self.tab.find_all(Locator::Css(css)).await? {
                if element.is_displayed().await? && element.is_enabled().await? {
                    // React restores what `clear` removes.
                    let select_all =
                        format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
                    element.send_keys(&select_all).await?;
                    return element.send_keys(text).await.map(|()| true);
                }
            }
            Ok(false)
        })
        .await;
    }

    /// Repeats an action on the page until it succeeds, because elements are replaced and move.
    async fn retry(&self, what: &str, action: impl AsyncFn() -> Result<bool, CmdError>) {
        let deadline = Instant::now() + PATIENCE;
        let mut last = Ok(false);
        while Instant::now() < deadline {
            last = action().await;
            if matches!(last, Ok(true)) {
                return;
            }
            pause().await;
        }
        self.fail(&format!("{what}: {last:?}")).await
    }

    /// Saves a screenshot in `target/clerk-js/screenshots`.
    pub(crate) async fn screenshot(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/clerk-js/screenshots");
        fs::create_dir_all(&folder).unwrap();
        let image = self.tab.screenshot().await.unwrap_or_default();
        fs::write(folder.join(format!("{name}-{:?}.png", self.version)), image).unwrap();
    }

    /// Fails the test, with the state of the page.
    async fn fail(&self, message: &str) -> ! {
        let thread = std::thread::current();
        self.screenshot(&thread.name().unwrap_or("failed").replace("::", "-")).await;
        let url = self.tab.current_url().await;
        let script =
            "return [window.problems, document.cookie, document.body.innerText].join('\\n')";
        let page = self.tab.execute(script, vec![]).await;
        let page = page.as_ref().map(|page| page.as_str().unwrap_or_default());
        panic!("{message}\n{url:?}\n{}", page.unwrap_or("no page"));
    }
}

pub(crate) fn create_user(clerk: &ClerkEmulator, name: &str, email: &str) -> User {
    let user = CreateUser::default().first_name(name).email_address([email]);
    clerk.create_user(user.password(PASSWORD))
}

/// Waits before a condition is checked again.
async fn pause() {
    tokio::time::sleep(Duration::from_millis(30)).await;
}
