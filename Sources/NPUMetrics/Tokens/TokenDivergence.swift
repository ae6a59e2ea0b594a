/// How far two models' next-token probabilities at one place are apart, from the likeliest tokens of each.
///
/// P is the reference, Q the candidate; both are known for their own list of tokens only. S is the set of shared
/// tokens, A those of P's list alone, B those of Q's list alone. Everything is in nats with natural logarithms. What
/// the lists do not say is the missing mass, and each divergence treats it in its own way:
///
/// | name | missing mass |
/// | --- | --- |
/// | ``klGroups`` | bounded by the lists: the recommended figure |
/// | ``klRest`` | one cell for everything outside S, so a lower bound that is 0 for disjoint lists |
/// | ``klRenormalized`` | ignored: both lists scaled to 1 on S |
/// | ``klFloor`` | ignored for P; a token unknown to Q gets the least log-probability of Q's list |
///
/// A clamped log-probability counts as given: its probability is 0 and its difference to another one is large. The
/// sums of probabilities are taken in twice the precision of a double, so that a rest of 10^-10 has all its digits.
/// Complexity: O(k) with hashing for lists of k tokens. Source of the divergence: Kullback and Leibler, "On Information
/// and Sufficiency", Annals of Mathematical Statistics 22 (1951); of the symmetric one: Lin, "Divergence Measures Based
/// on the Shannon Entropy", IEEE Transactions on Information Theory 37 (1991).
public struct TokenDivergence: Sendable, Hashable {
  /// The least probability of the rest cell and of every cell of the groups.
  ///
  /// Rounding makes lists add up to 1 or more; a cell of 0 on one side alone would make the divergence infinite.
  public static let leastCell = 1e-10

  /// The number of tokens in both lists.
  public let shared: Int
  /// The number of tokens in the reference's list alone.
  public let referenceOnly: Int
  /// The number of tokens in the candidate's list alone.
  public let candidateOnly: Int
  /// The reference's probability of everything but the shared tokens: max(1 - P(S), 10^-10).
  public let referenceRest: Double
  /// The candidate's probability of everything but the shared tokens: max(1 - Q(S), 10^-10).
  public let candidateRest: Double

  /// The divergence of P from Q over shared tokens, each list's own tokens as groups, and the outside.
  ///
  /// The cells are each token of S; A as one cell if not empty; B as one cell if not empty; and the outside. P(A) and
  /// Q(B) are known. A token outside a list is at most as likely as the least of the list, so that
  /// P(B) = min(|B| e^least(P), o) with o = max(1 - P(list), 0), and P(outside) = o - P(B); Q(A) likewise. Every cell
  /// is at least 10^-10; sum over cells of P ln(P / Q). 0 for equal lists; never below 0 by more than 10^-8 with
  /// probabilities that add up to 1 or less.
  public let klGroups: Double

  /// The divergence of P from Q over the shared tokens and one cell for the rest.
  ///
  /// Sum over S of p (ln p - ln q), plus r ln(r / s) with the rests r and s. Merging cells only lowers a divergence, so
  /// it is a lower bound of the true one, and 0 where nothing is shared: never judge by it alone. It is below 0 only
  /// where rounding lets a list add up to more than 1. Infinite if a shared token has the log-probability minus
  /// infinity in Q alone.
  public let klRest: Double

  /// The divergence of Q from P over the same cells.
  public let klRestReverse: Double

  /// The Jensen-Shannon divergence over the same cells, symmetric, 0 to ln 2.
  ///
  /// The mean of the divergences of P and of Q from (P + Q) / 2.
  public let jsRest: Double

  /// The total variation distance over the same cells, symmetric, 0 to 1: half the sum of |p - q|.
  public let tvRest: Double

  /// The divergence of P from Q when both are scaled to add up to 1 on the shared tokens.
  ///
  /// 0 or more. Nil if nothing is shared, or one side gives all of it the probability 0. It is always 0 for a single
  /// shared token, and does not see mass that moved outside.
  public let klRenormalized: Double?

  /// The sum over P's list of p (ln p - ln q), with the least log-probability of Q's list for tokens it lacks.
  ///
  /// A common shortcut, kept for comparison with other tools. It is not a divergence: it may be below 0, and is not 0
  /// for distributions that differ outside the list.
  public let klFloor: Double

  /// The number of shared tokens over the number of tokens in either list, 0 to 1.
  public let jaccard: Double

  /// Whether both have the same likeliest token; among equals the smaller token is the likeliest.
  public let top1Agrees: Bool

  /// The greatest |ln p - ln q| over the shared tokens; nil if nothing is shared.
  public let maxLogprobDifference: Double?

  /// The mean |ln p - ln q| over the shared tokens; nil if nothing is shared.
  public let meanLogprobDifference: Double?

  /// The square root of the mean (p - q)^2 over the shared tokens, 0 to 1; nil if nothing is shared.
  public let rmsProbabilityDifference: Double?

  /// Compares two lists of likeliest tokens.
  ///
  /// - Parameters:
  ///   - reference: P, such as the baseline model.
  ///   - candidate: Q, such as the model on another device or after quantisation.
  public init<Token>(reference: TopLogprobs<Token>, candidate: TopLogprobs<Token>) {
    // Only this part knows tokens; the arithmetic is concrete.
    let others = Dictionary(
      candidate.entries.map { ($0.token, $0.logprob) }, uniquingKeysWith: { first, _ in first })
    var split = SplitLogprobs()
    var sharedTokens = Set<Token>()
    for entry in reference.entries {
      if let other = others[entry.token] {
        split.shared.append((entry.logprob, other))
        sharedTokens.insert(entry.token)
      } else {
        split.referenceOnly.append(entry.logprob)
      }
    }
    for entry in candidate.entries where !sharedTokens.contains(entry.token) {
      split.candidateOnly.append(entry.logprob)
    }
    let top1Agrees =
      reference.entries.first.map { first in candidate.entries.first?.token == first.token } ?? false
    self.init(split, top1Agrees: top1Agrees)
  }

  init(_ split: SplitLogprobs, top1Agrees: Bool) {
    let cells = RestCells(split)
    shared = split.shared.count
    referenceOnly = split.referenceOnly.count
    candidateOnly = split.candidateOnly.count
    referenceRest = cells.referenceRest
    candidateRest = cells.candidateRest
    klGroups = split.klGroups(cells)
    klRest = cells.divergence
    klRestReverse = cells.reverseDivergence
    jsRest = cells.jensenShannon
    tvRest = cells.totalVariation
    klRenormalized = split.klRenormalized
    klFloor = split.klFloor
    jaccard = Double(shared) / Double(Swift.max(shared + referenceOnly + candidateOnly, 1))
    self.top1Agrees = top1Agrees
    let differences = split.shared.map { SplitLogprobs.difference($0.p, $0.q).magnitude }
    maxLogprobDifference = differences.max()
    var sum = CompensatedSum()
    for difference in differences { sum.add(difference) }
    meanLogprobDifference = differences.isEmpty ? nil : sum.value / Double(shared)
    rmsProbabilityDifference = cells.rmsDifference
  }
}
