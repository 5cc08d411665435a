package io.millrace.loop;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator's page in a real browser, after the loop has closed once. */
@ExtendWith(ToldPlatform.Provider.class)
class ConsoleIT {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final double SLOW_MACHINE_MS = 30_000;

    private static Playwright playwright;
    private static Browser browser;

    private final List<String> complaints = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void openBrowser() {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM), "no Chromium at " + CHROMIUM);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        PlaywrightAssertions.setDefaultAssertionTimeout(SLOW_MACHINE_MS);
        browser = playwright
                .chromium()
                .launch(new LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        // The superuser of a container has no sandbox.
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    }

    @AfterAll
    static void closeBrowser() {
        if (playwright != null) {
            playwright.close();
        }
    }

    @BeforeEach
    void openPage() {
        context = browser.newContext(new Browser.NewContextOptions().setViewportSize(1400, 900));
        page = context.newPage();
        page.setDefaultTimeout(SLOW_MACHINE_MS);
        page.onPageError(complaints::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
    }

    @AfterEach
    void closePage() {
        context.close();
    }

    @Test
    void theConsoleLinkOpensWhatTheDemoDidAndHidesItsToken(ToldPlatform platform) {
        page.navigate(platform.consoleLink());

        assertThat(page.locator("#endpoints")).containsText("flight-delay");
        assertThat(page.locator("#endpoints .split")).containsText("champion · v3");
        assertThat(page.locator("#alerts")).containsText("drift");
        assertThat(page.locator("#windows tbody tr")
                        .filter(withText("drifted"))
                        .filter(withText("flight-delay v1"))
                        .first())
                .isVisible();
        assertThat(page.locator("#runs tbody tr").filter(withText("drift")).first())
                .containsText("SUCCEEDED");
        assertThat(page.url()).doesNotContain("token");
        assertThat(complaints).isEmpty();
    }

    @Test
    void whyLeadsFromThePromotionToTheWindow(ToldPlatform platform) {
        page.navigate(platform.consoleLink());
        Locator promotion = page.locator("#promotions tbody tr")
                .filter(withText("flight-delay@champion → version 3"))
                .first();

        promotion.getByText("why?").click();

        Locator causes = promotion.locator("ol.why li");
        assertThat(causes.nth(0)).containsText("promotion");
        assertThat(causes.nth(1)).containsText("run");
        assertThat(causes.nth(2)).containsText("alert");
        assertThat(causes.nth(3)).containsText("window");
        // The page refreshes itself; what was opened stays open.
        page.waitForResponse(response -> response.url().endsWith("/overview") && response.ok(), () -> {});
        assertThat(causes.nth(3)).containsText("window");
        assertThat(complaints).isEmpty();
    }

    @Test
    void withoutATokenOneIsAskedForAndAWrongOneShowsNothing(ToldPlatform platform) {
        page.navigate(platform.consoleLink().replaceFirst("#.*", ""));
        assertThat(page.locator("#login")).isVisible();
        assertThat(page.locator("main")).not().isVisible();

        page.getByLabel("Access token").fill("mlr_guess");
        page.getByText("Open", new Page.GetByTextOptions().setExact(true)).click();

        assertThat(page.locator("#status")).hasText("this token is not accepted");
        assertThat(page.locator("main")).not().isVisible();

        page.getByLabel("Access token").fill(platform.consoleLink().replaceFirst(".*token=", ""));
        page.getByText("Open", new Page.GetByTextOptions().setExact(true)).click();

        assertThat(page.locator("main")).isVisible();
        assertThat(page.locator("#endpoints")).containsText("flight-delay");
    }

    private static Locator.FilterOptions withText(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }
}
