package io.millrace.registry.webhook;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses are on the public internet, by the IANA registries of special-purpose addresses (RFC 6890 and later
 * entries). Java reads an IPv4-mapped IPv6 address as the IPv4 address it holds.
 */
final class PublicAddress {

    private record Block(byte[] prefix, int bits) {

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Block> SPECIAL_IPV4 = List.of(
            ipv4(0, 0, 0, 8),
            ipv4(10, 0, 0, 8),
            ipv4(100, 64, 0, 10),
            ipv4(127, 0, 0, 8),
            ipv4(169, 254, 0, 16),
            ipv4(172, 16, 0, 12),
            ipv4(192, 0, 0, 24),
            ipv4(192, 0, 2, 24),
            ipv4(192, 31, 196, 24),
            ipv4(192, 52, 193, 24),
            ipv4(192, 88, 99, 24),
            ipv4(192, 168, 0, 16),
            ipv4(192, 175, 48, 24),
            ipv4(198, 18, 0, 15),
            ipv4(198, 51, 100, 24),
            ipv4(203, 0, 113, 24),
            ipv4(224, 0, 0, 3));

    /** Only this block is given out; everything else in IPv6 is special or unused. */
    private static final Block GLOBAL_IPV6 = ipv6(0x2000, 0, 3);

    /** Protocol assignments with Teredo, documentation, 6to4 (whose inner address could be anything), and documentation. */
    private static final List<Block> SPECIAL_IPV6 =
            List.of(ipv6(0x2001, 0, 23), ipv6(0x2001, 0x0db8, 32), ipv6(0x2002, 0, 16), ipv6(0x3fff, 0, 20));

    private PublicAddress() {}

    static boolean is(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet6Address) {
            return GLOBAL_IPV6.contains(bytes) && SPECIAL_IPV6.stream().noneMatch(b -> b.contains(bytes));
        }
        return SPECIAL_IPV4.stream().noneMatch(b -> b.contains(bytes));
    }

    private static Block ipv4(int first, int second, int third, int bits) {
        return new Block(new byte[] {(byte) first, (byte) second, (byte) third, 0}, bits);
    }

    private static Block ipv6(int first, int second, int bits) {
        byte[] prefix = new byte[16];
        prefix[0] = (byte) (first >> 8);
        prefix[1] = (byte) first;
        prefix[2] = (byte) (second >> 8);
        prefix[3] = (byte) second;
        return new Block(prefix, bits);
    }
}
