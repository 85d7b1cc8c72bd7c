// Reads numbers out of charts. The page is whole without it: views switch and trees unfold alone.
"use strict";

(() => {
  const money = (largest) => {
    const digits = largest < 100 ? 2 : 0;
    return new Intl.NumberFormat("en-US", {
      style: "currency",
      currency: "USD",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  };
  const share = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 2 });
  const largestOf = (values) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const told = (format, value) => format.format(value).replace("-", "\u2212");

  const viewOf = (figure) => {
    const chosen = figure.querySelector("input[type=radio]:checked");
    return chosen ? chosen.value : "";
  };

  // Index of the point, or of the bin, at a number on the horizontal axis.
  const indexAt = (numbers, value) => {
    const isBins = numbers.curves[0].y.length < numbers.x.length;
    let best = 0;
    numbers.x.forEach((x, i) => {
      if (isBins ? x <= value && i < numbers.x.length - 1
        : Math.abs(x - value) < Math.abs(numbers.x[best] - value)) best = i;
    });
    return best;
  };

  const sentence = (numbers, index, view) => {
    const isBins = numbers.curves[0].y.length < numbers.x.length;
    const onAxis = money(largestOf(numbers.x));
    const where = isBins
      ? `${told(onAxis, numbers.x[index])} to ${told(onAxis, numbers.x[index + 1])}`
      : told(onAxis, numbers.x[index]);
    const shown = numbers.curves.filter((curve) => !curve.view || curve.view === view);
    const figures = shown.map((curve) => {
      const format = numbers.measure === "percent" ? share : money(largestOf(curve.y));
      return `${curve.name} ${told(format, curve.y[index])}`;
    });
    return `${numbers.word} ${where}: ${figures.join(" \u00b7 ")}`;
  };

  const listen = (figure) => {
    const numbers = JSON.parse(figure.dataset.numbers);
    const readout = figure.querySelector(".readout");
    const hint = "Point at the picture, or use the arrow keys on it, to read numbers.";
    let index = -1;
    readout.textContent = hint;

    const placeOf = (svg, at) => {
      const { left, right, low, high } = svg.dataset;
      const isBins = numbers.curves[0].y.length < numbers.x.length;
      const x = isBins ? (numbers.x[at] + numbers.x[at + 1]) / 2 : numbers.x[at];
      return Number(left) + ((x - low) / (high - low)) * (right - left);
    };
    const show = (at) => {
      const last = numbers.curves[0].y.length - 1;
      index = Math.min(Math.max(at, 0), last);
      readout.textContent = sentence(numbers, index, viewOf(figure));
      figure.querySelectorAll("svg[data-left]").forEach((svg) => {
        const cursor = svg.querySelector(".cursor");
        const x = placeOf(svg, index).toFixed(1);
        cursor.setAttribute("x1", x);
        cursor.setAttribute("x2", x);
        cursor.classList.add("shown");
      });
    };
    const hide = () => {
      index = -1;
      readout.textContent = hint;
      figure.querySelectorAll(".cursor").forEach((cursor) => cursor.classList.remove("shown"));
    };

    figure.querySelectorAll("svg[data-left]").forEach((svg) => {
      const { left, right, low, high } = svg.dataset;
      svg.tabIndex = 0;
      svg.addEventListener("pointermove", (event) => {
        const box = svg.getBoundingClientRect();
        const x = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
        const value = Number(low) + ((x - left) / (right - left)) * (high - low);
        show(indexAt(numbers, value));
      });
      svg.addEventListener("pointerleave", hide);
      svg.addEventListener("blur", hide);
      svg.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const middle = Math.floor(numbers.curves[0].y.length / 2);
        show(index < 0 ? middle : index + step);
      });
    });
    figure.addEventListener("change", () => (index < 0 ? hide() : show(index)));
  };

  // Paper shows what was folded away, and the screen is as before afterwards.
  const unfoldForPrint = () => {
    let opened = [];
    window.addEventListener("beforeprint", () => {
      opened = [...document.querySelectorAll("details:not([open])")];
      opened.forEach((details) => { details.open = true; });
    });
    window.addEventListener("afterprint", () => {
      opened.forEach((details) => { details.open = false; });
    });
  };

  document.querySelectorAll("figure[data-numbers]").forEach(listen);
  unfoldForPrint();
  document.documentElement.dataset.ready = "yes";
})();
