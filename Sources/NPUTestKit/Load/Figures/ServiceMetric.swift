internal import NPUMetrics

/// The figures of single kinds of service that objectives can name: one number of a run each.
enum ServiceMetric: String, CaseIterable {
  case realTimeFactor = "rtf"
  case inverseRealTimeFactor = "rtfx"
  case audioThroughput = "audio_seconds_per_second"
  case wordErrorRate = "wer"
  case characterErrorRate = "cer"
  case underruns = "underruns_total"
  case imagesPerMinute = "images_per_minute"
  case secondsPerImage = "seconds_per_image"
  case tasksPerMinute = "tasks_per_minute"
  case queueShare = "queue_share"

  var nature: ObjectiveNature {
    switch self {
    case .wordErrorRate, .characterErrorRate: .rate
    case .queueShare: .share
    default: .number
    }
  }

  /// The value of a report, the same as its headline figures show.
  func number(in report: LoadReport) -> Double? {
    let figures =
      switch self {
      case .imagesPerMinute, .secondsPerImage: report.imageFigures()
      case .tasksPerMinute, .queueShare: report.taskFigures()
      default: report.audioFigures(isSpeech: true)
      }
    return figures.first { $0.name == rawValue }?.value
  }
}
