namespace RefNet.Lectures;

/// <summary>Rows about dates, names and measurements by others, with nothing to compute. LECTURES X31, X33, X34, X35, X41, Y25.</summary>
internal static class Citations
{
    public static IEnumerable<Replay> All { get; } =
    [
        new("X31", "S1", "the year of a paper",
            "\"Gradient-based learning applied to document recognition\" is dated 1989.",
            "It appeared in 1998 (LeCun, Bottou, Bengio and Haffner, Proceedings of the IEEE). The paper of 1989 is about the zip codes."),
        new("X33", "S2", "how many training images there were",
            "10^6 images of ImageNet are set against 10^3 before.",
            "MNIST, which the same lecture uses, has 6 x 10^4 training images."),
        new("X34", "S0,S2,S3,S4", "how long AlexNet trained",
            "One week, two weeks, five to six days; 50 or more than 10 times faster than a processor.",
            "The paper says five to six days on two GTX 580 cards (Krizhevsky, Sutskever and Hinton 2012). RefNet has no measurement to compare."),
        new("X35", "S3", "the third to fifth convolution of ZFNet",
            "512, 1024 and 512 filters.",
            "These are the widths of the larger variant that Zeiler and Fergus try late in their paper; their base network keeps AlexNet's 384, 384 and 256. Cited from memory, not verified here."),
        new("X41", "S3", "the first use of ReLU",
            "AlexNet is said to be the first network with ReLU.",
            "It was the first at that scale. Rectified units were used before, by Jarrett et al. 2009 and by Nair and Hinton 2010."),
        new("Y25", "S2", "accuracies of transferred features",
            "Tables of accuracies on Caltech and other sets, with their gains and losses.",
            "The differences in the tables are consistent with their entries. RefNet does not repeat these experiments by others."),
    ];
}
