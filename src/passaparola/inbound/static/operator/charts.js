// Draws each chart of the page from the JSON beside it. Without this script its table of the same numbers stays open.
(function () {
  const style = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const probe = document.createElement('span')
  const colour = name => {
    probe.style.color = `var(${name})`
    document.body.append(probe)
    const value = getComputedStyle(probe).color
    probe.remove()
    return value
  }
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const palette = ['--tblr-primary', '--tblr-orange', '--tblr-purple', '--tblr-azure', '--tblr-pink']
  const drawn = []

  function draw (canvas) {
    const given = JSON.parse(document.getElementById(canvas.dataset.chart).textContent)
    const rightToLeft = document.documentElement.dir === 'rtl'
    const ink = colour('--tblr-secondary-color')
    const line = colour('--tblr-border-color')
    const number = new Intl.NumberFormat(document.documentElement.lang)
    const scale = { border: { color: line }, grid: { color: line }, ticks: { color: ink, font: { family: style('--tblr-font-sans-serif') } } }
    return new Chart(canvas, {
      type: given.kind,
      data: {
        labels: given.labels,
        datasets: given.series.map((series, i) => ({
          label: series.name,
          data: series.values,
          borderColor: colour(palette[i % palette.length]),
          backgroundColor: colour(palette[i % palette.length]),
          borderWidth: 2,
          pointRadius: given.labels.length > 40 ? 0 : 3,
          pointStyle: ['circle', 'rect', 'triangle', 'rectRot', 'star'][i % 5],
          borderDash: i ? [6, 2 * i] : [],
          tension: 0.25,
          cubicInterpolationMode: 'monotone'
        }))
      },
      options: {
        animation: calm.matches ? false : { duration: 300 },
        maintainAspectRatio: false,
        interaction: { mode: 'index', intersect: false },
        plugins: {
          legend: { display: given.series.length > 1, rtl: rightToLeft, labels: { color: ink, usePointStyle: true, boxWidth: 8, boxHeight: 8 } },
          tooltip: { rtl: rightToLeft }
        },
        scales: {
          x: { ...scale, reverse: rightToLeft },
          y: { ...scale, beginAtZero: true, position: rightToLeft ? 'right' : 'left', ticks: { ...scale.ticks, precision: 0, callback: value => number.format(value) } }
        }
      }
    })
  }

  function redraw () {
    while (drawn.length) drawn.pop().destroy()
    for (const canvas of document.querySelectorAll('canvas[data-chart]')) {
      canvas.parentElement.hidden = false
      drawn.push(draw(canvas))
    }
  }

  redraw()
  dark.addEventListener('change', redraw)
})()
