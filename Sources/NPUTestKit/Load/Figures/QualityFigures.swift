public import NPUMetrics

/// How many responses of a run are wrong, and in which way; see ``NPUMetrics/AnomalyKind``.
///
/// An answer is a completed response, or one that came with a good status and was empty or without an end. It is wrong if
/// anything was found in it, or if it is not the known response of a canary.
public struct QualityFigures: Sendable, Hashable, Codable {
  /// The responses that were examined.
  public var answers: Int
  /// Completed responses that were not examined, since too many bytes of others waited; `nil` where there are none.
  public var unexamined: Int?
  /// Examined responses that are wrong.
  public var wrong: Int
  /// Wrong over examined; `nil` without any.
  public var wrongRate: Double?
  /// The ends of the interval of ``wrongRate``, of 95 % confidence after Wilson.
  public var wrongLow: Double?
  /// The upper end.
  public var wrongHigh: Double?
  /// Each kind, also those that were not found.
  public var kinds: [AnomalyKind: KindFigures]
  /// Requests whose response is known; `nil` where there were none.
  public var canaries: CanaryFigures?
  /// The same requests alone and under load; `nil` where they were not compared.
  public var aloneVersusLoad: AloneVersusLoad?
  /// Completed responses with which nothing is wrong.
  public var right: Int
  /// Those per second of the window.
  public var rightPerSecond: Double?
  /// Of them those that kept every limit of goodput; `nil` without limits.
  public var goodAndRight: Int?
  /// Those per second of the window: the goodput that counts right responses only.
  public var goodAndRightPerSecond: Double?
  /// Responses of fewer characters, white space left out, count as collapsed; `nil` while there are too few to tell.
  public var collapseThreshold: Int?

  private enum CodingKeys: String, CodingKey {
    case answers, unexamined, wrong, kinds, canaries, right
    case wrongRate = "wrong_rate"
    case wrongLow = "wrong_low"
    case wrongHigh = "wrong_high"
    case aloneVersusLoad = "alone_vs_load"
    case rightPerSecond = "right_per_s"
    case goodAndRight = "good_and_right"
    case goodAndRightPerSecond = "good_and_right_per_s"
    case collapseThreshold = "collapse_threshold_characters"
  }

  /// One kind.
  public struct KindFigures: Sendable, Hashable, Codable {
    /// How many responses have it.
    public var count: Int
    /// The ends of the interval of their share, of 95 % confidence after Wilson; `nil` without responses.
    public var low: Double?
    /// The upper end.
    public var high: Double?
    /// The identities of the first of them.
    public var requestIDs: [String]
    /// The first of them.
    public var examples: [Example]

    private enum CodingKeys: String, CodingKey {
      case count, low, high
      case requestIDs = "request_ids"
      case examples
    }
  }

  /// A response that is wrong.
  public struct Example: Sendable, Hashable, Codable {
    /// Position of its request in the load, from 0.
    public var index: Int
    /// The identity of the request.
    public var requestID: String?
    /// When the request started, in seconds from the beginning of the window.
    public var offset: Double
    /// What was found.
    public var detail: String

    private enum CodingKeys: String, CodingKey {
      case index
      case requestID = "request_id"
      case offset = "at_s"
      case detail
    }

    package init(index: Int, requestID: String?, offset: Double, detail: String) {
      (self.index, self.requestID, self.offset, self.detail) = (index, requestID, offset, detail)
    }
  }

  /// What became of requests whose response is known.
  public struct CanaryFigures: Sendable, Hashable, Codable {
    /// Those with a response.
    public var sent: Int
    /// Those with the known one.
    public var right: Int
    /// Those with another one.
    public var wrong: Int
    /// Those of which nothing can be said: cut by their limit, or the service fails such requests when it is alone too.
    public var undecided: Int
    /// Responses, of canaries and others, with the nonce of another request.
    public var leaks: Int
  }

  /// The same requests one at a time and under load, by whether they get the same response.
  ///
  /// Each is sent twice when the load is over, one after the other. Greedy decoding that does not depend on what else is
  /// computed gives three equal responses. A flip to the worse is a request whose two responses alone are equal and whose
  /// response under load is another one; to the better, one whose responses alone differ and that got the first of them
  /// under load.
  ///
  /// Images, speech and transcriptions are asked for alone before the load. A flip to the worse is then a response under
  /// load that is not like the first one alone while a repeat alone is; see ``Likeness``.
  public struct AloneVersusLoad: Sendable, Hashable, Codable {
    /// The requests.
    public var cases: Int
    /// Flips to the worse.
    public var worse: Int
    /// Flips to the better.
    public var better: Int
    /// The probability of so uneven flips if the load changed nothing; see ``NPUMetrics/PairedFlips/pValue``.
    public var pValue: Double?
    /// Why they were not compared; `nil` if they were.
    public var reason: String?
    /// How like the ones alone images, sounds or transcriptions under load are; `nil` for texts of language models.
    public var likeness: Likeness?
    /// The first responses under load that are not like the ones alone; `nil` for texts of language models.
    public var examples: [Example]?

    private enum CodingKeys: String, CodingKey {
      case cases, worse, better, reason, likeness, examples
      case pValue = "p_value"
    }

    /// Creates the figures of a comparison that was made.
    public init(_ flips: PairedFlips) {
      (cases, worse, better, pValue) = (flips.cases, flips.worse, flips.better, flips.pValue)
    }

    /// Says why nothing was compared.
    public init(notComparedBecause reason: String) {
      (cases, worse, better) = (0, 0, 0)
      self.reason = reason
    }
  }

  /// How like those alone the responses of a load are, over all of them that ask for something that was asked for alone.
  public struct Likeness: Sendable, Hashable, Codable {
    /// What is measured: `ssim` of images, `log_mel_db` of speech, `wer` of transcriptions.
    ///
    /// The word error rate is that against the truth where it is known, else against the first transcription alone.
    public var measure: String
    /// The value from which, or up to which, two responses are alike; `nil` for transcriptions, whose words must be
    /// equal.
    public var limit: Double?
    /// Responses under load that were compared; one that is empty or of another size has no value and is unlike.
    public var compared: Int
    /// The mean of the repeats alone; of word errors the rate.
    public var alone: Double?
    /// The mean of the responses under load; of word errors the rate.
    public var underLoad: Double?
    /// The least like response under load.
    public var worst: Double?
    /// Responses under load that are not like the first one alone.
    public var unlike: Int

    private enum CodingKeys: String, CodingKey {
      case measure, limit, compared, alone, worst, unlike
      case underLoad = "under_load"
    }

    package init(
      measure: String, limit: Double?, compared: Int, alone: Double?, underLoad: Double?, worst: Double?, unlike: Int
    ) {
      (self.measure, self.limit, self.compared, self.alone) = (measure, limit, compared, alone)
      (self.underLoad, self.worst, self.unlike) = (underLoad, worst, unlike)
    }
  }
}
