package io.millrace.registry.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/** Decides where deliveries may go: not into the network that this service runs in, unless the configuration allows it. */
@ApplicationScoped
class Destinations {

    private static final int MAX_LENGTH = 2000;

    private final WebhookConfig config;
    private final HostNames names;

    Destinations(WebhookConfig config, HostNames names) {
        this.config = config;
        this.names = names;
    }

    /** Looks up where a URL leads. Every address of the name must be allowed; one bad one among them refuses it. */
    Destination find(String url) {
        if (url.length() > MAX_LENGTH) {
            return new Destination.Refused("must be at most " + MAX_LENGTH + " characters");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return new Destination.Refused("is not a URL: " + e.getReason());
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !(scheme.equals("http") && config.allowHttp())) {
            return new Destination.Refused("must begin with https://" + (config.allowHttp() ? " or http://" : ""));
        }
        String host = uri.getHost();
        // A scope names a network card of this machine.
        if (host == null || host.indexOf('%') >= 0 || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return new Destination.Refused("must name a host, without scope, user, password and fragment");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65_535) {
            return new Destination.Refused("has a port that cannot be");
        }
        return lookUp(uri, host, scheme.equals("https"));
    }

    private Destination lookUp(URI uri, String host, boolean encrypted) {
        List<InetAddress> addresses;
        try {
            addresses = names.lookup(host);
        } catch (UnknownHostException e) {
            return new Destination.Unknown("names an unknown host: " + host);
        }
        if (!config.allowPrivateAddresses() && !addresses.stream().allMatch(PublicAddress::is)) {
            return new Destination.Refused(
                    "leads to an address that is not on the public internet (millrace.registry.webhook.allow-private-addresses)");
        }
        int port = uri.getPort() > 0 ? uri.getPort() : encrypted ? 443 : 80;
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Destination.Allowed(addresses.get(0), host, port, encrypted, path + query);
    }
}
