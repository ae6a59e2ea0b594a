// Verdicts and similarities show types of this layer.

@_exported import NPUMetrics
