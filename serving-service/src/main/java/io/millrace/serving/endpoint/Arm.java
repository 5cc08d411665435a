package io.millrace.serving.endpoint;

/**
 * One model behind an endpoint.
 *
 * @param weight share of the keys in parts of 10000; 0 for a shadow
 * @param buckets the keys it answers, as many as its weight; none for a shadow
 */
public record Arm(String name, ArmRole role, int weight, String model, Target target, Buckets buckets) {

    public Arm {
        if (buckets.size() != (role == ArmRole.PRIMARY ? weight : 0)) {
            throw new IllegalArgumentException("arm " + name + ": " + buckets.size() + " buckets for " + weight);
        }
    }
}
