public import NPUAccuracy
internal import NPUBase
internal import NPUMetrics

extension ImageComparison {
  /// The comparison as a report shows it.
  public var document: ComparisonDocument {
    let bands = bands
    let inBands = SSIMBand.allCases.map { "\($0.rawValue) \(bands[$0] ?? 0)" }.joined(separator: ", ")
    return ComparisonDocument(
      title: "Images", baseline: baseline, candidate: candidate, verdict: verdict, reason: reason,
      figures: [
        .init("cases", "\(cases.count), judged \(judgement.cases)"), .init("SSIM", text(mean(\.ssim))),
        .init("SSIM, Gaussian", text(mean(\.ssimGaussian))), .init("MS-SSIM", text(mean(\.msSSIM))),
        .init("PSNR", mean(\.psnr).map { NumberText.fixed($0) + " dB" } ?? NumberText.undefined),
        .init("bands of the guides", inBands),
      ] + judgement.figures,
      columns: ["SSIM", "Gaussian", "MS-SSIM", "PSNR", "own SSIM"], cases: cases.map(shown), missing: missing,
      common: .init(
        exactMatch: exactMatch, similarity: mean(\.ssim), flips: judgement.flips?.flips,
        minimumDetectableLoss: judgement.minimumDetectableLoss),
      json: [
        "kind": "image", "judged": .int(Int64(judgement.cases)),
        "ssim": .number(mean(\.ssim)), "ssim_gaussian": .number(mean(\.ssimGaussian)),
        "ms_ssim": .number(mean(\.msSSIM)), "psnr": .number(mean(\.psnr)),
        "bands": .object(
          Dictionary(uniqueKeysWithValues: SSIMBand.allCases.map { ($0.rawValue, .int(Int64(bands[$0] ?? 0))) })),
        "judgement": judgement.json, "cases_needed": .count(judgement.casesNeeded), "results": .array(cases.map(json)),
      ])
  }

  /// The share of the cases that are judged whose first images are the same, pixel by pixel.
  private var exactMatch: Double? {
    let judged = cases.filter { $0.similarity != nil }
    return judged.isEmpty ? nil : Double(judged.count { $0.scores?.mse == 0 }) / Double(judged.count)
  }

  private func shown(_ compared: ImageCaseComparison) -> ComparisonDocument.Case {
    let scores = compared.scores
    let psnr =
      scores.map { $0.psnr.map { NumberText.fixed($0) } ?? ($0.mse == 0 ? "equal" : NumberText.undefined) }
      ?? NumberText.undefined
    return ComparisonDocument.Case(
      id: compared.asked.id, outcome: judgement.outcome(of: compared.similarity),
      reason: .faults(compared.baselineFault, compared.candidateFault),
      cells: [
        text(scores?.ssim), text(scores?.ssimGaussian), text(scores?.msSSIM), psnr,
        text(compared.similarity?.own.first),
      ])
  }

  private func text(_ value: Double?) -> String {
    value.map { $0.isFinite ? NumberText.fixed($0, decimals: 4) : "failed" } ?? NumberText.undefined
  }

  private func json(_ compared: ImageCaseComparison) -> JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(compared.asked.id), "prompt": .string(compared.asked.prompt),
      "seed": .int(Int64(compared.asked.seed)), "scores": (try? JSONValue(encoding: compared.scores)) ?? .null,
      "band": compared.scores?.band.map { .string($0.rawValue) } ?? .null,
    ]
    members.add(compared.similarity, compared.baselineFault, compared.candidateFault, judgement)
    return .object(members)
  }
}
